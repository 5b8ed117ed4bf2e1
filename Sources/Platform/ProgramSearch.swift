/// Finding the program that a name means on a given PATH.
public enum ProgramSearch {
  /// The first executable regular file `name` in the directories of `searchPath`, which are separated by
  /// colons; an empty one is the working directory, as in execvp(3). A name with a slash is returned unchecked,
  /// since only the caller knows what it is relative to. Nil if there is none.
  ///
  /// - Parameters:
  ///   - directory: the working directory in which the program will run.
  ///   - isExecutable: whether an executable regular file is at a path.
  public static func find(
    _ name: Path, in searchPath: [UInt8], from directory: Path = ".",
    isExecutable: (Path) -> Bool = File.isExecutable
  ) -> Path? {
    if name.isEmpty { return nil }
    if name.bytes.contains(UInt8(ascii: "/")) { return name }
    for part in searchPath.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
      let candidate = (part.isEmpty ? directory : directory / Path(bytes: part)) / name
      if isExecutable(candidate) { return candidate }
    }
    return nil
  }

  public static func find(
    _ name: String, in searchPath: String, from directory: Path = ".",
    isExecutable: (Path) -> Bool = File.isExecutable
  ) -> Path? {
    find(Path(name), in: Array(searchPath.utf8), from: directory, isExecutable: isExecutable)
  }
}
