/// Where `$INCLUDE` leads: paths as text, without a look at the file system.
public enum IncludePath {
  /// The folder of the file at `path`.
  static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: .slash) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// `name` as the file at `includer` means it, with `.` and `..` resolved.
  static func resolve(_ name: String, from includer: String) -> String {
    normalized(name.hasPrefix("/") ? name : folder(of: includer) + "/" + name)
  }

  /// The part of `path` below the folder `root`, by the text of the paths; nil where it lies elsewhere.
  public static func part(of path: String, below root: String) -> String? {
    let (path, root) = (normalized(path), normalized(root))
    let start = root == "." ? "" : root.hasSuffix("/") ? root : root + "/"
    guard path.hasPrefix(start) else { return nil }
    let part = String(path.dropFirst(start.count))
    return part.hasPrefix("/") || part == ".." || part.hasPrefix("../") ? nil : part
  }

  /// `path` without empty parts, `.`, and `..` behind a folder's name.
  private static func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    let isAbsolute = path.hasPrefix("/")
    for part in path.split(separator: "/") where part != "." {
      if part != ".." {
        parts.append(part)
      } else if let last = parts.last, last != ".." {
        parts.removeLast()
      } else if !isAbsolute {
        parts.append(part)
      }
    }
    let joined = parts.joined(separator: "/")
    return isAbsolute ? "/" + joined : joined.isEmpty ? "." : joined
  }
}
