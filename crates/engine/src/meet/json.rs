//! A small pull parser for JSON that knows where it is.
//! It exists because the event format forbids unknown keys, repeated keys and fractions, and because every refusal
//! must name the JSON path. It never builds a tree, so memory is bounded by what the caller keeps.

use super::words::Words;
use std::borrow::Cow;

/// Why a file was refused: where (a JSON path such as `$.requests[3].p`) and what was wrong there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {}", problem.en)]
pub struct ReadError {
    /// JSON path of the offending value, `$` being the whole document.
    pub path: String,
    /// The problem in both user languages.
    pub problem: Words,
}

impl ReadError {
    pub(super) fn new(path: impl Into<String>, ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self { path: path.into(), problem: Words::new(ja, en) }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Key(&'static str),
    Index(usize),
}

/// Cursor over the bytes of one document.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    path: Vec<Step>,
    /// Of the list being read; kept, so that many short lists cost one allocation each.
    list: Vec<i64>,
}

pub(super) type Read<T> = Result<T, ReadError>;

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, path: Vec::new(), list: Vec::new() }
    }

    pub(super) fn path(&self) -> String {
        let mut out = String::from("$");
        for step in &self.path {
            match step {
                Step::Key(k) => {
                    out.push('.');
                    out.push_str(k);
                }
                Step::Index(i) => {
                    out.push('[');
                    out.push_str(&i.to_string());
                    out.push(']');
                }
            }
        }
        out
    }

    /// An error at the present position of the document.
    pub(super) fn fail<T>(&self, ja: impl Into<String>, en: impl Into<String>) -> Read<T> {
        Err(ReadError::new(self.path(), ja, en))
    }

    fn syntax<T>(&self, what_ja: &str, what_en: &str) -> Read<T> {
        self.fail(
            format!("{what_ja}が必要です({}バイト目)", self.at),
            format!("{what_en} expected (at byte {})", self.at),
        )
    }

    fn space(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn peek(&mut self) -> Option<u8> {
        self.space();
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, c: u8) -> bool {
        if self.peek() == Some(c) {
            self.at += 1;
            return true;
        }
        false
    }

    /// Reads an object whose keys must come from `known`; `each` gets the index of the key. Returns the keys seen as bits.
    pub(super) fn object(
        &mut self,
        known: &'static [&'static str],
        need: usize,
        mut each: impl FnMut(&mut Self, usize) -> Read<()>,
    ) -> Read<u32> {
        if !self.take(b'{') {
            return self.syntax("オブジェクト", "an object");
        }
        let mut seen = 0u32;
        if !self.take(b'}') {
            loop {
                let key = self.text(256)?;
                let Some(k) = known.iter().position(|x| *x == key) else {
                    return self.fail(format!("知らないキー「{key}」です"), format!("unknown key {key:?}"));
                };
                if seen >> k & 1 == 1 {
                    return self.fail(format!("キー「{key}」が二度あります"), format!("key {key:?} appears twice"));
                }
                seen |= 1 << k;
                if !self.take(b':') {
                    return self.syntax("「:」", "':'");
                }
                self.path.push(Step::Key(known[k]));
                each(self, k)?;
                self.path.pop();
                if self.take(b',') {
                    continue;
                }
                if self.take(b'}') {
                    break;
                }
                return self.syntax("「,」または「}」", "',' or '}'");
            }
        }
        for (k, name) in known.iter().enumerate().take(need) {
            if seen >> k & 1 == 0 {
                return self.fail(format!("キー「{name}」がありません"), format!("key {name:?} missing"));
            }
        }
        Ok(seen)
    }

    /// Reads an array, calling `each` for every element.
    pub(super) fn array(&mut self, mut each: impl FnMut(&mut Self, usize) -> Read<()>) -> Read<usize> {
        if !self.take(b'[') {
            return self.syntax("配列", "an array");
        }
        let mut n = 0;
        if self.take(b']') {
            return Ok(0);
        }
        loop {
            self.path.push(Step::Index(n));
            each(self, n)?;
            self.path.pop();
            n += 1;
            if self.take(b',') {
                continue;
            }
            if self.take(b']') {
                return Ok(n);
            }
            return self.syntax("「,」または「]」", "',' or ']'");
        }
    }

    /// An integer within `lo..hi`; fractions, exponents and values beyond 64 bits are refused.
    pub(super) fn integer(&mut self, lo: i64, hi: i64) -> Read<i64> {
        self.space();
        let start = self.at;
        let negative = self.bytes.get(self.at) == Some(&b'-');
        if negative {
            self.at += 1;
        }
        let digits = self.at;
        let mut value: i64 = 0;
        while let Some(c @ b'0'..=b'9') = self.bytes.get(self.at) {
            let d = i64::from(c - b'0');
            let next = value.checked_mul(10).and_then(|v| if negative { v.checked_sub(d) } else { v.checked_add(d) });
            let Some(next) = next else {
                return self.fail("64ビット整数に収まらない数です", "number beyond 64 bits");
            };
            value = next;
            self.at += 1;
        }
        let count = self.at - digits;
        let leading_zero = count > 1 && self.bytes.get(digits) == Some(&b'0');
        if count == 0 || leading_zero || matches!(self.bytes.get(self.at), Some(b'.' | b'e' | b'E')) {
            self.at = start;
            return self.syntax("整数", "an integer");
        }
        if value < lo || value >= hi {
            return self.fail(
                format!("{value} は範囲外です({lo} 以上 {hi} 未満)"),
                format!("{value} is out of range [{lo},{hi})"),
            );
        }
        Ok(value)
    }

    pub(super) fn boolean(&mut self) -> Read<bool> {
        self.space();
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if rest.starts_with(b"true") {
            self.at += 4;
            return Ok(true);
        }
        if rest.starts_with(b"false") {
            self.at += 5;
            return Ok(false);
        }
        self.syntax("true または false", "true or false")
    }

    /// A string of at most `limit` bytes after decoding.
    pub(super) fn string(&mut self, limit: usize) -> Read<String> {
        self.text(limit).map(Cow::into_owned)
    }

    /// Like [`Self::string`]; borrowed from the document unless something is escaped.
    fn text(&mut self, limit: usize) -> Read<Cow<'a, str>> {
        if !self.take(b'"') {
            return self.syntax("文字列", "a string");
        }
        let start = self.at;
        let mut escaped = false;
        loop {
            match self.bytes.get(self.at) {
                None => return self.syntax("文字列の終わり", "end of string"),
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.at += 2;
                }
                Some(c) if *c < 0x20 => {
                    return self.syntax("制御文字のない文字列", "a string without control characters");
                }
                Some(_) => self.at += 1,
            }
        }
        let raw = self.bytes.get(start..self.at).unwrap_or_default();
        self.at += 1;
        if raw.len() > limit {
            return self.fail(format!("{limit}バイトを超える文字列です"), format!("string longer than {limit} bytes"));
        }
        if escaped {
            // Escapes are rare (names only), so the standard decoder is good enough here.
            let quoted = self.bytes.get(start - 1..self.at).unwrap_or_default();
            let decoded = serde_json::from_slice(quoted).map(Cow::Owned);
            return decoded.or_else(|_| self.syntax("正しいエスケープ", "a valid escape"));
        }
        std::str::from_utf8(raw).map(Cow::Borrowed).or_else(|_| self.syntax("UTF-8", "UTF-8"))
    }

    /// A list of integers within `lo..hi`.
    pub(super) fn integers<T>(&mut self, lo: i64, hi: i64, convert: impl Fn(i64) -> T) -> Read<Box<[T]>> {
        let mut list = std::mem::take(&mut self.list);
        list.clear();
        self.array(|c, _| {
            list.push(c.integer(lo, hi)?);
            Ok(())
        })?;
        let out = list.iter().map(|&x| convert(x)).collect();
        self.list = list;
        Ok(out)
    }

    /// Nothing but white space may follow the document.
    pub(super) fn end(&mut self) -> Read<()> {
        if self.peek().is_some() {
            return self.syntax("ファイルの終わり", "end of file");
        }
        Ok(())
    }
}
