//! Reads arrays of NumPy's NPY format (NEP 1): row-major, of the few number types that the package uses.

use super::BuildError;

/// An array of one or two dimensions.
pub(super) struct Array<'a> {
    /// Rows and columns; a vector is one row.
    pub(super) shape: (usize, usize),
    kind: Kind,
    data: &'a [u8],
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Byte,
    Single,
    Double,
}

impl<'a> Array<'a> {
    pub(super) fn parse(name: &str, bytes: &'a [u8]) -> Result<Self, BuildError> {
        Self::read(bytes)
            .ok_or_else(|| BuildError::Source { part: name.to_owned(), why: "not an array this program reads".into() })
    }

    fn read(bytes: &'a [u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(b"\x93NUMPY")?;
        let (length, rest) = match rest.split_first_chunk::<2>()? {
            ([1, _], rest) => rest.split_first_chunk::<2>().map(|(l, r)| (usize::from(u16::from_le_bytes(*l)), r))?,
            ([2 | 3, _], rest) => rest.split_first_chunk::<4>().map(|(l, r)| (u32::from_le_bytes(*l) as usize, r))?,
            _ => return None,
        };
        let header = std::str::from_utf8(rest.get(..length)?).ok()?;
        let data = &rest[length..];
        let after = |key: &str| header.split_once(key).map(|(_, rest)| rest.trim_start_matches([':', ' ', '\'']));
        if !after("'fortran_order'")?.starts_with("False") {
            return None;
        }
        let (kind, size) = match after("'descr'")?.split('\'').next()? {
            "|u1" | "|i1" => (Kind::Byte, 1),
            "<f4" => (Kind::Single, 4),
            "<f8" => (Kind::Double, 8),
            _ => return None,
        };
        let shape = after("'shape'")?.strip_prefix('(')?.split(')').next()?;
        let sizes: Vec<usize> =
            shape.split(',').map(str::trim).filter(|s| !s.is_empty()).map(|s| s.parse().ok()).collect::<Option<_>>()?;
        let shape = match sizes.as_slice() {
            [] => (1, 1),
            [columns] => (1, *columns),
            [rows, columns] => (*rows, *columns),
            _ => return None,
        };
        (shape.0.checked_mul(shape.1)?.checked_mul(size)? == data.len()).then_some(Array { shape, kind, data })
    }

    /// The numbers as bytes, if that is what they are.
    pub(super) fn bytes(&self) -> Option<&'a [u8]> {
        (self.kind == Kind::Byte).then_some(self.data)
    }

    /// The numbers as floats; bytes are not converted.
    pub(super) fn floats(&self) -> Option<Vec<f32>> {
        match self.kind {
            Kind::Byte => None,
            Kind::Single => Some(self.data.as_chunks().0.iter().map(|n| f32::from_le_bytes(*n)).collect()),
            Kind::Double => Some(self.data.as_chunks().0.iter().map(|n| f64::from_le_bytes(*n) as f32).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn reads_the_types_of_the_package_and_nothing_else() {
        let file = |descr: &str, order: &str, shape: &str, data: &[u8]| {
            let header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
            [b"\x93NUMPY\x01\x00", (header.len() as u16).to_le_bytes().as_slice(), header.as_bytes(), data].concat()
        };
        let floats = file("<f4", "False", "(2, 1)", &[0, 0, 128, 63, 0, 0, 0, 64]);
        let array = Array::parse("x", &floats).unwrap();
        assert_eq!((array.shape, array.floats()), ((2, 1), Some(vec![1.0, 2.0])));
        let bytes = file("|u1", "False", "(3,)", &[1, 2, 3]);
        assert_eq!(Array::parse("x", &bytes).unwrap().bytes(), Some([1, 2, 3].as_slice()));
        for wrong in [
            file("<f4", "True", "(1, 1)", &[0; 4]),
            file("<i8", "False", "(1,)", &[0; 8]),
            file("<f4", "False", "(2,)", &[0; 4]),
            file("<f4", "False", "(99999999999999999, 99999999999)", &[0; 4]),
            b"\x93NUMPY\x01\x00\xff\xff{".to_vec(),
            Vec::new(),
        ] {
            assert!(Array::parse("x", &wrong).is_err());
        }
    }
}
