//! How AWS is reached: credentials, region and endpoint from the environment, read once.

use aws_config::{BehaviorVersion, SdkConfig};
use tokio::sync::OnceCell;

static AWS: OnceCell<SdkConfig> = OnceCell::const_new();

/// The configuration of every AWS client; `AWS_ENDPOINT_URL` leads to a stand-in where there is no cloud.
pub async fn aws() -> &'static SdkConfig {
    AWS.get_or_init(|| aws_config::defaults(BehaviorVersion::latest()).load())
        .await
}
