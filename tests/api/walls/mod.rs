//! What stands around every handler.

mod headers;
mod origins;
mod outages;
mod pages;

use tests::Reply;

/// Every answer carries these.
pub(crate) fn assert_walls(reply: &Reply, what: &str) {
    for (name, value) in [
        (
            "strict-transport-security",
            "max-age=63072000; includeSubDomains",
        ),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-site"),
    ] {
        assert_eq!(reply.header(name), value, "{name} of {what}");
    }
    // What is public is kept for a while by whoever checks tokens with it.
    let is_public = what.ends_with(" /api/auth/jwks") && reply.status.is_success();
    let caching = if is_public {
        "public, max-age=300"
    } else {
        "no-store"
    };
    assert_eq!(reply.header("cache-control"), caching, "{what}");
    assert!(
        reply
            .header("content-security-policy")
            .contains("frame-ancestors 'none'"),
        "{what}"
    );
    assert!(reply.header("x-request-id").len() >= 8, "{what}");
    assert_eq!(
        reply.header("server-timing"),
        "",
        "only development shows costs"
    );
    for tells in ["set-cookie", "server", "x-powered-by"] {
        assert!(reply.headers.get(tells).is_none(), "{tells} of {what}");
    }
    assert!(reply.header("vary").contains("origin"), "{what}");
    if reply.body.is_object() && !is_public {
        assert_eq!(
            reply.header("content-type"),
            "application/json; charset=utf-8",
            "{what}"
        );
    }
}
