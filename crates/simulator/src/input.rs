//! Reading what a client sent: fields from a query, a JSON object, a form or a multipart form.

use serde_json::{Map, Value};

use crate::message::ApiRequest;

/// Media type of the body in lower case, without parameters.
fn media_type(request: &ApiRequest) -> String {
    let value = request.find_header("content-type").unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The body as a JSON object, if it says that it is JSON and is one.
pub(crate) fn json_object(request: &ApiRequest) -> Option<Map<String, Value>> {
    if media_type(request) != "application/json" {
        return None;
    }
    serde_json::from_slice(&request.body).ok()
}

/// A text field from the query or else from the body, whichever of the four forms that has.
pub(crate) fn field(request: &ApiRequest, name: &str) -> Option<String> {
    pair(request.query.as_bytes(), name).or_else(|| match media_type(request).as_str() {
        "application/json" => json_object(request)?.get(name)?.as_str().map(str::to_owned),
        "application/x-www-form-urlencoded" => pair(&request.body, name),
        "multipart/form-data" => multipart(request, name),
        _ => None,
    })
}

fn pair(text: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(text).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// One text field of a multipart form (RFC 7578). Files and encodings do not occur in this API.
fn multipart(request: &ApiRequest, name: &str) -> Option<String> {
    let content_type = request.find_header("content-type")?;
    let boundary = content_type.split(';').find_map(|part| part.trim().strip_prefix("boundary="))?.trim_matches('"');
    let body = std::str::from_utf8(&request.body).ok()?;
    let wanted = format!("name=\"{name}\"");
    body.split(&format!("--{boundary}")).find_map(|part| {
        let (head, value) = part.split_once("\r\n\r\n")?;
        let mut parameters = head.lines().filter(|line| line.to_ascii_lowercase().starts_with("content-disposition:"));
        let named = parameters.any(|line| line.split(';').any(|parameter| parameter.trim() == wanted));
        named.then(|| value.strip_suffix("\r\n").unwrap_or(value).to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(query: &str, content_type: &str, body: &str) -> ApiRequest {
        ApiRequest {
            query: query.to_owned(),
            body: body.as_bytes().to_vec(),
            headers: vec![("Content-Type".to_owned(), content_type.to_owned())],
            ..ApiRequest::default()
        }
    }

    #[test]
    fn the_id_is_read_from_all_four_places() {
        let form = "multipart/form-data; boundary=xx";
        let parts = "--xx\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n1\r\n--xx\r\nContent-Disposition: form-data; name=\"jobId\"\r\n\r\nab-1\r\n--xx--\r\n";
        for (query, content_type, body) in [
            ("x=1&jobId=ab%2D1", "", ""),
            ("", "application/json; charset=utf-8", r#"{"jobId":"ab-1"}"#),
            ("", "application/x-www-form-urlencoded", "a=b&jobId=ab-1"),
            ("", form, parts),
        ] {
            assert_eq!(field(&request(query, content_type, body), "jobId").as_deref(), Some("ab-1"), "{content_type}");
        }
    }

    #[test]
    fn what_is_not_there_or_not_text_is_nothing() {
        for (content_type, body) in [
            ("application/json", r#"{"jobId":7}"#),
            ("application/json", "[1]"),
            ("application/json", "{"),
            ("text/plain", r#"{"jobId":"ab-1"}"#),
            ("multipart/form-data", "--xx"),
            ("multipart/form-data; boundary=xx", "nothing"),
        ] {
            assert_eq!(field(&request("", content_type, body), "jobId"), None, "{body}");
        }
    }
}
