//! The folder of a cluster: where it was asked for, or where the user that PostgreSQL runs as can reach it.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};

use super::programs::Programs;

/// A path of a unix socket holds 107 bytes, of which PostgreSQL needs these for its own names.
const LONGEST_SOCKET_FOLDER: usize = 107 - "/.s.PGSQL.5432.lock".len();

/// Where everything of one cluster is.
#[derive(Debug)]
pub(super) struct Home {
    /// Where it was asked for.
    pub(super) wanted: PathBuf,
    /// Where it is.
    pub(super) folder: PathBuf,
    /// Where its socket is.
    pub(super) socket: PathBuf,
}

impl Home {
    /// Finds the home of a cluster, or makes an empty one.
    pub(super) fn open(wanted: &Path, programs: &Programs) -> io::Result<Self> {
        let wanted = std::path::absolute(wanted)?;
        let folder = open_folder(&wanted, programs)?;
        let socket = socket_folder(&folder, programs)?;
        Ok(Self {
            wanted,
            folder,
            socket,
        })
    }

    /// Whether it could not be where it was asked for.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.folder != self.wanted
    }

    /// Throws it away.
    pub(super) fn remove(&self) {
        let _ = fs::remove_dir_all(&self.folder);
        let _ = fs::remove_dir_all(&self.socket);
        if self.is_elsewhere() {
            let _ = fs::remove_file(&self.wanted);
        }
    }
}

fn open_folder(wanted: &Path, programs: &Programs) -> io::Result<PathBuf> {
    if let Some(parent) = wanted.parent() {
        fs::create_dir_all(parent)?;
    }
    if wanted.is_symlink() {
        let folder = fs::read_link(wanted)?;
        if folder.is_dir() {
            return Ok(folder);
        }
        fs::remove_file(wanted)?;
    }
    make_private(wanted, programs)?;
    if programs.can_use(wanted) {
        return Ok(wanted.to_owned());
    }
    // Only an empty one is given up.
    fs::remove_dir(wanted)?;
    let folder = elsewhere("/var/tmp", wanted);
    // Without the link nobody knows of it any more: the link was thrown away, and meant what it led to.
    if folder.is_dir() {
        fs::remove_dir_all(&folder)?;
    }
    make_private(&folder, programs)?;
    symlink(&folder, wanted)?;
    Ok(folder)
}

/// The folder itself where its path is short and plain enough for a connection string.
fn socket_folder(folder: &Path, programs: &Programs) -> io::Result<PathBuf> {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/-_.".contains(byte);
    let bytes = folder.as_os_str().as_encoded_bytes();
    if bytes.len() <= LONGEST_SOCKET_FOLDER && bytes.iter().all(is_plain) {
        return Ok(folder.to_owned());
    }
    let socket = elsewhere("/tmp", folder);
    make_private(&socket, programs)?;
    Ok(socket)
}

fn elsewhere(parent: &str, wanted: &Path) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    wanted.hash(&mut hasher);
    Path::new(parent).join(format!("office-hours-{:016x}", hasher.finish()))
}

/// Makes a folder that only the owner can open; one that somebody else made in a public place is not used.
fn make_private(folder: &Path, programs: &Programs) -> io::Result<()> {
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let Some(owner) = programs.owner() else {
        return fs::set_permissions(folder, fs::Permissions::from_mode(0o700));
    };
    let metadata = fs::symlink_metadata(folder)?;
    if !metadata.is_dir() || (metadata.uid() != 0 && metadata.uid() != owner.uid) {
        let problem = format!("{} belongs to somebody else", folder.display());
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, problem));
    }
    chown(folder, Some(owner.uid), Some(owner.gid))
}
