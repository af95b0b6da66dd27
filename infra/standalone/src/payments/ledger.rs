//! The books: what is held, taken and given back, and what was answered to each key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::auth::opaque::OpaqueToken;

use super::cards::Card;

/// What happened to somebody's money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EntryKind {
    /// It is held.
    Authorized,
    /// It was taken.
    Captured,
    /// It is held no longer.
    Released,
    /// It was given back.
    Refunded,
}

/// One movement of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What happened.
    pub kind: EntryKind,
    /// To which payment.
    pub payment: String,
    /// What it is for, as the platform calls it.
    pub order: String,
    /// How much, in minor units.
    pub amount: i64,
    /// ISO 4217 code.
    pub currency: String,
}

/// What is to be held.
pub(super) struct Hold {
    pub(super) order: String,
    pub(super) amount: i64,
    pub(super) currency: String,
    pub(super) method: String,
}

/// What is answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
    /// Whether it gets lost on its way; kept for its key it does not get lost again.
    #[serde(skip)]
    pub(super) is_lost: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Standing {
    RequiresAction,
    Authorized,
    Captured,
    Refunded,
    Failed,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Payment {
    order: String,
    amount: i64,
    currency: String,
    standing: Standing,
    fails_at_capture: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    question: String,
    answer: Answer,
}

/// The books.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Ledger {
    /// Where its pages are now.
    #[serde(skip)]
    pub(super) url: String,
    payments: BTreeMap<String, Payment>,
    entries: Vec<Entry>,
    kept: BTreeMap<String, Kept>,
}

impl Ledger {
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Answers a key as it was answered before, or does what is asked and keeps the answer.
    pub(super) fn once(
        &mut self,
        key: &str,
        question: &str,
        change: impl FnOnce(&mut Self) -> Answer,
    ) -> Answer {
        if let Some(kept) = self.kept.get(key) {
            if kept.question == question {
                return kept.answer.clone();
            }
            return Answer::refused(422, "idempotency_key_reused");
        }
        let answer = change(self);
        let kept = Kept {
            question: question.to_owned(),
            answer: Answer {
                is_lost: false,
                ..answer.clone()
            },
        };
        self.kept.insert(key.to_owned(), kept);
        answer
    }

    pub(super) fn authorize(&mut self, order: Hold) -> Answer {
        let card = Card::of(&order.method);
        if let Card::Refused(code) = card {
            return Answer::refused(402, code);
        }
        let Ok(random) = OpaqueToken::generate() else {
            return Answer::refused(500, "no_randomness");
        };
        let id = format!("pay_{}", random.expose());
        let payment = Payment {
            order: order.order,
            amount: order.amount,
            currency: order.currency,
            standing: Standing::RequiresAction,
            fails_at_capture: card == Card::FailsAtCapture,
        };
        self.payments.insert(id.clone(), payment);
        if card != Card::NeedsAction {
            self.become_so(&id, Standing::Authorized, EntryKind::Authorized);
        }
        Answer {
            is_lost: card == Card::LosesAnswer,
            ..self.show(&id)
        }
    }

    /// The payer agrees, or does not.
    pub(super) fn decide(&mut self, id: &str, agrees: bool) {
        let standing = self.payments.get(id).map(|payment| payment.standing);
        if standing != Some(Standing::RequiresAction) {
            return;
        }
        if agrees {
            self.become_so(id, Standing::Authorized, EntryKind::Authorized);
        } else if let Some(payment) = self.payments.get_mut(id) {
            payment.standing = Standing::Failed;
        }
    }

    pub(super) fn capture(&mut self, id: &str) -> Answer {
        match self.payments.get(id) {
            None => Answer::refused(404, "not_found"),
            Some(payment) if payment.standing != Standing::Authorized => {
                Answer::refused(409, "not_authorized")
            }
            Some(payment) if payment.fails_at_capture => {
                Answer::refused(402, "authorization_lapsed")
            }
            Some(_) => {
                self.become_so(id, Standing::Captured, EntryKind::Captured);
                self.show(id)
            }
        }
    }

    /// Lets go of what is held, gives back what was taken, and gives up what was never agreed to.
    pub(super) fn refund(&mut self, id: &str) -> Answer {
        let Some(standing) = self.payments.get(id).map(|payment| payment.standing) else {
            return Answer::refused(404, "not_found");
        };
        match standing {
            Standing::Authorized => {
                self.become_so(id, Standing::Refunded, EntryKind::Released);
            }
            Standing::Captured => self.become_so(id, Standing::Refunded, EntryKind::Refunded),
            Standing::RequiresAction | Standing::Failed => {
                if let Some(payment) = self.payments.get_mut(id) {
                    payment.standing = Standing::Refunded;
                }
            }
            Standing::Refunded => {}
        }
        self.show(id)
    }

    pub(super) fn show(&self, id: &str) -> Answer {
        let Some(payment) = self.payments.get(id) else {
            return Answer::refused(404, "not_found");
        };
        let body = match payment.standing {
            Standing::RequiresAction => {
                let url = format!("{}/pay/{id}", self.url);
                json!({ "id": id, "status": "requires_action", "action_url": url })
            }
            Standing::Authorized => json!({ "id": id, "status": "authorized" }),
            Standing::Captured => json!({ "id": id, "status": "captured" }),
            Standing::Refunded => json!({ "id": id, "status": "refunded" }),
            Standing::Failed => {
                json!({ "id": id, "status": "failed", "error": { "code": "action_failed" } })
            }
        };
        Answer {
            status: 200,
            body,
            is_lost: false,
        }
    }

    /// Amount and currency of what waits for its payer.
    pub(super) fn waiting(&self, id: &str) -> Option<(i64, &str)> {
        let payment = self.payments.get(id)?;
        (payment.standing == Standing::RequiresAction)
            .then_some((payment.amount, payment.currency.as_str()))
    }

    fn become_so(&mut self, id: &str, standing: Standing, kind: EntryKind) {
        let Some(payment) = self.payments.get_mut(id) else {
            return;
        };
        payment.standing = standing;
        self.entries.push(Entry {
            kind,
            payment: id.to_owned(),
            order: payment.order.clone(),
            amount: payment.amount,
            currency: payment.currency.clone(),
        });
    }
}

impl Answer {
    fn refused(status: u16, code: &str) -> Self {
        Self {
            status,
            body: json!({ "error": { "code": code } }),
            is_lost: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(ledger: &mut Ledger, method: &str) -> String {
        let order = Hold {
            order: "session".to_owned(),
            amount: 4500,
            currency: "EUR".to_owned(),
            method: method.to_owned(),
        };
        let answer = ledger.authorize(order);
        answer.body["id"].as_str().unwrap_or_default().to_owned()
    }

    fn kinds(ledger: &Ledger) -> Vec<EntryKind> {
        ledger.entries.iter().map(|entry| entry.kind).collect()
    }

    #[test]
    fn a_key_does_one_thing_once() {
        let mut ledger = Ledger::default();
        let id = held(&mut ledger, "pm_card_ok");
        for _ in 0..3 {
            assert_eq!(ledger.once("k", "capture", |l| l.capture(&id)).status, 200);
        }
        assert_eq!(ledger.once("k", "refund", |l| l.refund(&id)).status, 422);
        assert_eq!(kinds(&ledger), [EntryKind::Authorized, EntryKind::Captured]);
    }

    #[test]
    fn what_is_held_is_let_go_and_what_was_taken_given_back_once() {
        let mut ledger = Ledger::default();
        let (one, two) = (
            held(&mut ledger, "pm_card_ok"),
            held(&mut ledger, "pm_card_ok"),
        );
        ledger.capture(&two);
        for id in [&one, &one, &two, &two] {
            assert_eq!(ledger.refund(id).status, 200);
        }
        assert_eq!(
            kinds(&ledger)[2..],
            [
                EntryKind::Captured,
                EntryKind::Released,
                EntryKind::Refunded
            ]
        );
        assert_eq!(ledger.capture(&one).status, 409);
    }

    #[test]
    fn a_payer_who_does_not_agree_has_paid_nothing() {
        let mut ledger = Ledger::default();
        let id = held(&mut ledger, "pm_card_action");
        assert_eq!(ledger.waiting(&id), Some((4500, "EUR")));
        ledger.decide(&id, false);
        ledger.decide(&id, true);
        assert_eq!(ledger.show(&id).body["status"], "failed");
        assert!(kinds(&ledger).is_empty());
    }
}
