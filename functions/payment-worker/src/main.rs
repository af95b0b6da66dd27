//! The `payment-worker` Lambda function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    shared::worker::serve(payment_worker::handle).await
}
