import Platform
import TextKit

/// Why a text is not an atom that a set may have. The description quotes the text and ends with the remedy; the
/// caller adds the file and line.
public struct AtomError: Error, Hashable {
  enum Problem: Hashable {
    case empty
    case leadingHyphen
    case blocker
    case setName
    case noCategory
    case tooManySlashes
    case wildcard
    case badCharacter(String, part: String)
    case badStart(part: String)
    case missingPart(String)
    case versionWithoutOperator(package: String)
    case operatorWithoutVersion(package: String)
    case unknownOperator(String)
    case starWithoutEqual(versionOperator: String, bare: String)
    case buildNumber(bare: String)
    case nameLikeVersion
    case badSlot(String)
    case badRepository(String)
    case badUse(String)
    case conflictingUse(String)
    case unclosedUse
  }

  /// The text that was parsed.
  let text: String
  let problem: Problem
}

extension AtomError: CustomStringConvertible {
  /// The message with the remedy, without a place.
  public var description: String {
    let quoted = "'\(printable(text.utf8))'"
    return switch problem {
    case .empty: "an atom is missing: write one, such as 'app-editors/vim'"
    case .leadingHyphen:
      "\(quoted) begins with '-' and would be taken for an option: to leave a package out, delete its line"
    case .blocker:
      "\(quoted) is a blocker, but a set can only name packages to install: to keep a package out, put it in package.mask"
    case .setName: "\(quoted) names a set where a package is expected: write the packages of the set instead"
    case .noCategory: "\(quoted) has no category: write 'CATEGORY/NAME', as in 'app-editors/vim'"
    case .tooManySlashes: "\(quoted) has more than one '/': write 'CATEGORY/NAME'"
    case .wildcard: "\(quoted) has a wildcard: name each package on a line of its own"
    case .badCharacter(let character, let part):
      "\(quoted) has \(character) in its \(part), which may only hold letters, digits and \(Self.allowed(in: part))"
    case .badStart(let part): "\(quoted) has a \(part) that does not begin with a letter, a digit or '_'"
    case .missingPart(let part): "\(quoted) has no \(part): write 'CATEGORY/NAME', as in 'app-editors/vim'"
    case .versionWithoutOperator(let package):
      "\(quoted) has a version but no operator: write '=\(printable(text.utf8))' or '\(package)'"
    case .operatorWithoutVersion(let package):
      "\(quoted) has an operator but no version: write '\(package)', or add a version such as '-1.2'"
    case .unknownOperator(let found):
      "\(quoted) begins with '\(found)', which is not an operator: the operators are '=', '~', '<', '<=', '>' and '>='"
    case .starWithoutEqual(let versionOperator, let bare):
      "\(quoted) has a '*' after '\(versionOperator)', which only '=' takes: write '\(bare)'"
    case .buildNumber(let bare):
      "\(quoted) ends in a build number, which differs between build directories: write '\(bare)'"
    case .nameLikeVersion:
      "\(quoted) has a name that ends like a version, which is not allowed: check the spelling"
    case .badSlot(let slot):
      "\(quoted) has '\(printable(slot.utf8))' as its slot, which is invalid: write ':SLOT', ':SLOT/SUBSLOT', ':SLOT=', ':=' or ':*'"
    case .badRepository(let name):
      "\(quoted) has '\(printable(name.utf8))' as its repository, which is invalid: write '::NAME'"
    case .badUse(let dependency):
      "\(quoted) has '\(printable(dependency.utf8))' as a USE dependency, which is invalid: write '[flag]' or '[-flag]'"
    case .conflictingUse(let flag):
      "\(quoted) gives USE flag '\(flag)' two different defaults: write it with one"
    case .unclosedUse:
      "\(quoted) has a '[' without a ']' at its end: end USE dependencies with ']', as in 'app-editors/vim[python]'"
    }
  }

  private static func allowed(in part: String) -> String {
    part == "category" ? "'+', '_', '.', '-'" : "'+', '_', '-'"
  }
}

extension SourceError {
  /// The error for a text in a file that is not an atom; `line` counts from 1.
  public static func atom(_ file: String, line: Int, _ error: AtomError) -> SourceError {
    SourceError(file, line: line, error.description)
  }
}
