//! The account: `GET /midjourney/v1/info` gives balance and limits with the same key (as the API's documentation has it).

use serde_json::Value;

use crate::api::json as read;

/// The three numbers of the account that are used. The e-mail address in the answer is dropped unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Account {
    /// Quota left, in thousandths.
    pub balance: Option<u64>,
    /// Quota set aside for running jobs, in thousandths.
    pub frozen: Option<u64>,
    /// Jobs that the account may have at once.
    pub max_queue: Option<u32>,
}

/// Reads the body of a 200 answer; `None` where it is not the account's.
#[must_use]
pub fn read(body: &[u8]) -> Option<Account> {
    let map = read::object(body)?;
    let data = map.get("data").and_then(Value::as_object)?;
    let max_queue = data.get("max_queue").and_then(|value| match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    });
    let account = Account {
        balance: read::quota(data.get("balance")),
        frozen: read::quota(data.get("freeze_balance")),
        max_queue: max_queue.and_then(|n| u32::try_from(n).ok()),
    };
    (account != Account::default()).then_some(account)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_read_tolerantly() {
        let body =
            br#"{"status":"SUCCESS","data":{"email":"a@b.example","balance":10,"freeze_balance":"0","max_queue":5}}"#;
        assert_eq!(read(body), Some(Account { balance: Some(10_000), frozen: Some(0), max_queue: Some(5) }));
        assert_eq!(read(br#"{"status":"SUCCESS","data":{"email":"a@b.example"}}"#), None);
        assert_eq!(read(b"<html>"), None);
    }
}
