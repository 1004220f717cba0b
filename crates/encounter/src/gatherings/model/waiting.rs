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

/// The parties that move up into `free` seats (`None`: no limit), in the order of the queue. `queue` holds each
/// party with its number of people, the longest waiting first.
pub fn promoted<T: Copy>(free: Option<i64>, queue: &[(T, i64)], order: Order) -> Vec<T> {
    let mut left = free.unwrap_or(i64::MAX);
    let mut up = Vec::new();
    for (party, people) in queue {
        if *people <= left {
            left -= people;
            up.push(*party);
        } else if order == Order::Strict {
            break;
        }
    }
    up
}
