//! The keys of access tokens: published, and replaced while everybody stays signed in.

use std::time::Duration;

use axum::Router;
use futures_util::future::join_all;
use http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use migrate::MigrateError;
use serde_json::{Value, json};
use shared::auth::rotation::{RotationError, Step};
use shared::domain::id::{EventId, LoginId, UserId};
use shared::domain::user::Role;
use shared::http::AppState;
use tests::{TestApp, api};

/// How much time passes between two looks.
const STEP: SignedDuration = SignedDuration::from_mins(1);

#[tokio::test]
async fn the_public_keys_are_a_plain_jwk_set_that_may_be_kept_for_five_minutes() {
    let app = TestApp::whole().await;

    let reply = app.ask(None, Method::GET, "/api/auth/jwks", None).await;

    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("cache-control"), "public, max-age=300");
    assert_eq!(reply.header("content-type"), "application/jwk-set+json");
    let keys = reply.body["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 1);
    let mut fields: Vec<_> = keys[0].as_object().unwrap().keys().cloned().collect();
    fields.sort();
    assert_eq!(fields, ["alg", "crv", "kid", "kty", "use", "x"]);
    assert_eq!(keys[0]["alg"], "EdDSA");
}

#[tokio::test]
async fn the_public_keys_never_show_a_private_half() {
    let app = TestApp::whole().await;
    let public = app.state.secrets.get_fresh("jwt-public").await.unwrap();
    let mut key = public["keys"][0].clone();
    key["d"] = json!("a private half that somebody put there");
    app.state
        .secrets
        .put("jwt-public", &json!({ "keys": [key] }))
        .await
        .unwrap();

    let reply = app.ask(None, Method::GET, "/api/auth/jwks", None).await;

    assert_eq!(reply.status, StatusCode::OK);
    assert!(!reply.text.contains("private half"));
}

/// One environment of the platform: what it remembers of the secrets gets old by itself.
struct Environment {
    state: AppState,
    router: Router,
}

impl Environment {
    fn of(app: &TestApp) -> Self {
        let (state, router) = app.environment(api());
        Self { state, router }
    }

    async fn sign(&self, user: UserId, login: LoginId) -> String {
        let jti = self.state.clock.id::<EventId>().to_string();
        let signer = self.state.signer().await.unwrap();
        let now = self.state.clock.now();
        signer.sign(user, login, Role::Mentee, jti, now).unwrap()
    }
}

/// Tokens in use, with the moment they were made.
type Tokens = Vec<(Timestamp, String)>;

/// Each token is shown to one environment, in every round to another.
async fn all_are_welcome(
    app: &TestApp,
    tokens: &Tokens,
    environments: &[Environment],
    round: usize,
) {
    let asked = tokens
        .iter()
        .enumerate()
        .map(async |(index, (made_at, token))| {
            let environment =
                &environments[(index + index / environments.len() + round) % environments.len()];
            let call = app.call(Method::GET, "/api/users/me").bearer(token);
            let reply = call.on(&environment.router).send().await;
            let now = app.clock.now();
            assert_eq!(reply.status, StatusCode::OK, "made {made_at}, now {now}");
        });
    join_all(asked).await;
}

/// Takes the step as soon as it is allowed.
async fn advance(app: &TestApp, steps: &mut Vec<Step>) {
    let Some(step) = steps.last() else { return };
    match migrate::rotate_keys(&app.state, *step).await {
        Ok(()) => {
            steps.pop();
        }
        Err(MigrateError::Rotation(RotationError::TooEarly(_))) => {}
        Err(failure) => panic!("{failure}"),
    }
}

#[tokio::test]
async fn nobody_is_signed_out_while_the_keys_are_rotated() {
    let app = TestApp::whole().await;
    let user = app.given_mentee().await;
    let login = app.login_of(user);
    let environments = [
        Environment::of(&app),
        Environment::of(&app),
        Environment::of(&app),
    ];
    let mut steps = vec![Step::Finish, Step::Switch, Step::Begin];
    let mut tokens = Tokens::new();
    let mut now: Timestamp = "2026-03-02T08:00:00Z".parse().unwrap();

    for round in 0..45 {
        // They read the secrets at different moments, as far apart as they can be.
        for (index, environment) in environments.iter().enumerate() {
            if round == 2 * index {
                environment
                    .state
                    .secrets
                    .grow_older(Duration::from_mins(5))
                    .await;
            }
            environment
                .state
                .secrets
                .grow_older(Duration::from_mins(1))
                .await;
            tokens.push((now, environment.sign(user, login).await));
        }
        tokens.retain(|(made_at, _)| *made_at > now - SignedDuration::from_mins(15));
        all_are_welcome(&app, &tokens, &environments, round).await;
        if round > 7 {
            advance(&app, &mut steps).await;
        }
        now += STEP;
        app.clock.set(now);
    }

    assert!(steps.is_empty(), "{steps:?}");
    let reply = app.ask(None, Method::GET, "/api/auth/jwks", None).await;
    assert_eq!(reply.body["keys"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_stolen_key_is_worth_nothing_as_soon_as_the_secrets_are_read_again() {
    let app = TestApp::whole().await;
    let user = app.given_mentee().await;
    let login = app.login_of(user);
    let environment = Environment::of(&app);
    let stolen = environment.sign(user, login).await;

    migrate::rotate_keys(&app.state, Step::Now).await.unwrap();
    environment
        .state
        .secrets
        .grow_older(Duration::from_mins(5))
        .await;

    let me = async |token: &str| {
        let call = app.call(Method::GET, "/api/users/me").bearer(token);
        call.on(&environment.router).send().await.status
    };
    assert_eq!(me(&stolen).await, StatusCode::UNAUTHORIZED);
    let fresh = environment.sign(user, login).await;
    assert_eq!(me(&fresh).await, StatusCode::OK);
}

#[tokio::test]
async fn an_invocation_takes_a_step_and_says_which() {
    let app = TestApp::whole().await;
    let invoke = async |task: Value| {
        let task = serde_json::from_value(task).unwrap();
        migrate::invoke(&app.state, task).await
    };

    let begun = invoke(json!({ "rotate_keys": "begin" })).await.unwrap();
    assert_eq!(
        serde_json::to_value(begun).unwrap(),
        json!({ "keys_rotated": "begin" })
    );
    let early = invoke(json!({ "rotate_keys": "switch" })).await;
    assert!(matches!(
        early,
        Err(MigrateError::Rotation(RotationError::TooEarly(_)))
    ));
    let both = invoke(json!({ "rotate_keys": "now", "verify_audit": {} })).await;
    assert!(matches!(both, Err(MigrateError::TwoTasks)));
    for nonsense in [
        json!({ "rotate_keys": "sideways" }),
        json!({ "rotate": "now" }),
    ] {
        assert!(serde_json::from_value::<migrate::Task>(nonsense).is_err());
    }
}
