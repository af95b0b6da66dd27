//! Bad input: always refused in the envelope, never a 5xx.

mod bodies;
mod extremes;
mod queries;
mod routes;

use tests::Reply;

pub(super) const REGISTER: &str = "/api/auth/register";

pub(super) fn is_refusal(reply: &Reply) -> bool {
    let error = &reply.body["errors"][0];
    reply.body["success"] == false
        && reply.body["data"].is_null()
        && reply.body["message"].is_string()
        && error["code"].is_string()
        && error["message"].is_string()
}
