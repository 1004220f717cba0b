//! The waiting list: who moves up when seats become free. Parties move up whole or not at all.

/// How a waiting list is kept; it is shown to whoever stands on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// In the order of arrival; a party that does not fit is passed over.
    Fill,
    /// In the order of arrival; nobody is passed over.
    Strict,
}

impl Order {
    /// Nothing chosen means [`Order::Fill`]; `none` means that there is no list.
    pub fn from_code(code: &str) -> Option<Order> {
        match code {
            "none" => None,
            "strict" => Some(Order::Strict),
            _ => Some(Order::Fill),
        }
    }
}

/// One party on the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting<T> {
    pub party: T,
    pub people: i64,
    /// A membership opens the kept seats.
    pub priority: bool,
}

/// The parties that move up into `free` seats (`None`: no limit) and `kept` ones, each with how many of its people sit
/// on kept seats, in the order of the queue: the longest waiting first. Under [`Order::Strict`] a party that does not fit
/// holds back everybody behind it who could take a seat from it: guests have no claim on kept seats.
pub fn promoted<T: Copy>(free: Option<i64>, kept: i64, queue: &[Waiting<T>], order: Order) -> Vec<(T, i64)> {
    let (mut left, mut kept) = (free.unwrap_or(i64::MAX), kept);
    let (mut guest_waits, mut member_waits) = (false, false);
    let mut up = Vec::new();
    for one in queue {
        let on_kept = if one.priority && free.is_some() { one.people.min(kept) } else { 0 };
        let open = one.people - on_kept;
        let held_back = order == Order::Strict && (member_waits || (guest_waits && open > 0));
        if open <= left && !held_back {
            left -= open;
            kept -= on_kept;
            up.push((one.party, on_kept));
        } else if one.priority {
            member_waits = true;
        } else {
            guest_waits = true;
        }
    }
    up
}
