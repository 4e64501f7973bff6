import CLinux
import Glibc

/// Waits until what was written to the file system that `folder` lies in is on the disk (syncfs(2)).
public func syncFileSystem(of folder: String) throws(SystemError) {
  // SAFETY: the path is passed as a C string for the length of the call.
  let descriptor = try retrying("open") {
    unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  }
  defer { close(descriptor) }
  _ = try retrying("syncfs") { clinux_sync_file_system(descriptor) }
}
