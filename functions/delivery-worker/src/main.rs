//! The `delivery-worker` Lambda function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    shared::worker::serve(delivery_worker::handle).await
}
