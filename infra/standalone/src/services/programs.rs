//! Where PostgreSQL's own programs are, and who may run them: the server refuses to run as root.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::ServiceError;
use super::process::{bound_as, quiet, run};
use crate::settings;

const WHAT: &str = "PostgreSQL";
const REMEDY: &str =
    "type infra/setup.sh postgres, or: apt-get install --no-install-recommends postgresql";

/// The user that comes with the package.
const USER: &str = "postgres";

/// PostgreSQL's programs, as the user they run as.
#[derive(Debug)]
pub(super) struct Programs {
    /// `None` when they are on the path.
    folder: Option<PathBuf>,
    owner: Option<Owner>,
}

/// Who the files belong to when we are root.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owner {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Programs {
    pub(super) fn find() -> Result<Self, ServiceError> {
        let folder = folders().into_iter().find(|folder| is_here(folder));
        if folder.is_none() && quiet(Command::new("initdb").arg("--version")).is_err() {
            return Err(ServiceError::Missing {
                what: WHAT,
                remedy: REMEDY.to_owned(),
            });
        }
        Ok(Self {
            folder,
            owner: find_owner()?,
        })
    }

    /// A program that ends when we end.
    pub(super) fn command(&self, name: &str) -> Command {
        let program = self
            .folder
            .as_ref()
            .map_or_else(|| PathBuf::from(name), |folder| folder.join(name));
        let mut command = self.as_owner(&program);
        // Whatever language and time zone the terminal has: a cluster is the same everywhere.
        command.env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
        command
    }

    pub(super) const fn owner(&self) -> Option<Owner> {
        self.owner
    }

    /// Whether the user the programs run as can work in a folder.
    pub(super) fn can_use(&self, folder: &Path) -> bool {
        let mut test = self.as_owner(Path::new("test"));
        quiet(test.arg("-w").arg(folder).current_dir("/")).is_ok_and(|status| status.success())
    }

    /// SIGINT is PostgreSQL's fast, but clean shutdown.
    fn as_owner(&self, program: &Path) -> Command {
        bound_as(program, "INT", self.owner.map(|_| USER))
    }
}

fn is_here(folder: &Path) -> bool {
    folder.join("initdb").is_file() && folder.join("postgres").is_file()
}

/// What `infra/setup.sh` has found, then where Debian and Red Hat keep them, the newest first.
fn folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    // Its target, not the link: the link may lie where the other user cannot look.
    folders.extend(fs::canonicalize(settings::cache().join("postgres")).ok());
    let mut installed: Vec<PathBuf> = ["/usr/lib/postgresql", "/usr"]
        .into_iter()
        .filter_map(|parent| fs::read_dir(parent).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|folder| version_of(folder).is_some())
        .collect();
    installed.sort_by_key(|folder| std::cmp::Reverse(version_of(folder)));
    folders.append(&mut installed);
    folders
}

/// The version in `/usr/lib/postgresql/15/bin` and `/usr/pgsql-15/bin`.
fn version_of(folder: &Path) -> Option<u32> {
    let name = folder.parent()?.file_name()?.to_str()?;
    name.strip_prefix("pgsql-").unwrap_or(name).parse().ok()
}

fn find_owner() -> Result<Option<Owner>, ServiceError> {
    let id = |arguments: &[&str]| -> Option<u32> {
        run(Command::new("id").args(arguments)).ok()?.parse().ok()
    };
    if id(&["-u"]) != Some(0) {
        return Ok(None);
    }
    match (id(&["-u", USER]), id(&["-g", USER])) {
        (Some(uid), Some(gid)) => Ok(Some(Owner { uid, gid })),
        _ => Err(ServiceError::Missing {
            what: "the user postgres",
            remedy: "PostgreSQL does not run as root; type: useradd --system postgres".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_in_the_name_of_the_folder() {
        assert_eq!(
            version_of(Path::new("/usr/lib/postgresql/15/bin")),
            Some(15)
        );
        assert_eq!(version_of(Path::new("/usr/pgsql-17/bin")), Some(17));
        assert_eq!(version_of(Path::new("/usr/share/bin")), None);
    }
}
