//! Addresses that people give us for others to follow: public web pages, and nothing that leads inside a network.

use serde::Serialize;

use super::ValueError;

/// The longest address.
const LONGEST: usize = 2048;

/// Names that mean this machine or this network, never the public web (RFC 6761, RFC 6762, RFC 8375).
const PRIVATE: [&str; 6] = ["localhost", "local", "internal", "arpa", "home", "lan"];

/// An `https` address of a named host on the usual port, as people give it for a picture or a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct HttpsUrl(String);

impl HttpsUrl {
    /// Reads an address.
    ///
    /// # Errors
    /// When it is not `https`, does not name a public host (a number is no name), tells a user or another port, or is too long.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let rest = text.strip_prefix("https://").ok_or(ValueError::NotHttps)?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.strip_suffix(":443").unwrap_or(authority);
        if !is_public_name(host) || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(ValueError::NotHttps);
        }
        if text.len() > LONGEST {
            return Err(ValueError::TooLong(LONGEST));
        }
        Ok(Self(text.to_owned()))
    }

    /// The address itself.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Whether this is a host name with a domain. Its last label begins with a letter: else browsers read a number, such as
/// `0x7f.1`, and a number may be any machine.
fn is_public_name(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let Some(top) = labels.last() else {
        return false;
    };
    labels.len() >= 2
        && host.len() <= 253
        && labels.iter().all(is_label)
        && top.starts_with(|c: char| c.is_ascii_alphabetic())
        && !PRIVATE
            .iter()
            .any(|private| top.eq_ignore_ascii_case(private))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_pages_are_taken_as_they_are_written() {
        for good in [
            "https://example.com",
            "https://example.com/a.png?x=1#top",
            "https://EXAMPLE.com:443/a",
            "https://a.b-c.example.co.uk?x",
            "https://xn--bcher-kva.example",
            "https://127.0.0.1.example.com/",
            "https://example.com/@someone",
            "https://example.com/?next=http://10.0.0.1",
        ] {
            assert_eq!(HttpsUrl::parse(good).unwrap().into_string(), good);
        }
    }

    #[test]
    fn nothing_leads_inside_a_network() {
        for bad in [
            "",
            "http://example.com",
            "HTTPS://example.com",
            "https:/example.com",
            "https:example.com",
            "//example.com",
            "ftp://example.com",
            "file:///etc/passwd",
            "gopher://example.com",
            "javascript:alert(1)",
            "data:text/html,x",
            " https://example.com",
            "https://",
            "https:///a",
            "https://?x",
            "https://.",
            "https://example",
            "https://example.",
            "https://example.com.",
            "https://.example.com",
            "https://example..com",
            "https://-example.com",
            "https://example-.com",
            "https://exam_ple.com",
            "https://exam ple.com",
            "https://example.com/a b",
            "https://example.com/\n",
            "https://example.com/\u{0}",
            "https://user@example.com",
            "https://user:word@example.com",
            "https://example.com@10.0.0.1",
            "https://example.com:80",
            "https://example.com:8443",
            "https://example.com:0443",
            "https://example.com:443:443",
            "https://example.com:",
            "https://example.com\\@10.0.0.1",
            "https://10.0.0.1",
            "https://127.0.0.1/",
            "https://127.1",
            "https://0",
            "https://2130706433",
            "https://0x7f000001",
            "https://0x7f.0x0.0x0.0x1",
            "https://0177.0.0.1",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1",
            "https://192.168.1.1",
            "https://172.16.0.1",
            "https://255.255.255.255",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]",
            "https://[fd00:ec2::254]",
            "https://[fe80::1%25eth0]",
            "https://localhost",
            "https://app.localhost",
            "https://printer.local",
            "https://metadata.google.internal",
            "https://router.home.arpa",
            "https://nas.lan",
            "https://①②⑦.⓪.⓪.①",
            "https://bücher.example",
            "https://example。com",
            "https://%31%32%37.0.0.1",
        ] {
            assert_eq!(HttpsUrl::parse(bad), Err(ValueError::NotHttps), "{bad}");
        }
        let long = format!("https://example.com/{}", "x".repeat(LONGEST));
        assert_eq!(HttpsUrl::parse(&long), Err(ValueError::TooLong(LONGEST)));
        let label = format!("https://{}.com", "x".repeat(64));
        assert_eq!(HttpsUrl::parse(&label), Err(ValueError::NotHttps));
    }
}
