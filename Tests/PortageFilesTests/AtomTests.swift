import Testing

@testable import PortageFiles

struct AtomTests {
  /// `parts` is operator, category, name, version, star, slot, sub-slot, rebuild, repository, USE; `.` for none.
  private func parses(
    _ text: String, _ parts: String, as canonical: String? = nil,
    _ location: SourceLocation = #_sourceLocation
  ) {
    do {
      let atom = try Atom(parsing: text)
      let found = [
        atom.versionOperator?.rawValue, atom.category, atom.name, atom.version,
        atom.matchesPrefix ? "*" : nil, atom.slot?.name, atom.slot?.subslot,
        atom.slot?.rebuild.map(String.init),
        atom.repository, atom.use.isEmpty ? nil : atom.use.joined(separator: ","),
      ]
      #expect(found.map { $0 ?? "." }.joined(separator: " ") == parts, sourceLocation: location)
      #expect(atom.description == canonical ?? text, sourceLocation: location)
    } catch {
      Issue.record("\(error)", sourceLocation: location)
    }
  }

  @Test func validAtoms() {
    parses("app-editors/vim", ". app-editors vim . . . . . . .")
    parses("_a/9base", ". _a 9base . . . . . . .")
    parses("dev-cpp/gtk+", ". dev-cpp gtk+ . . . . . . .")
    parses("c.at+x/f_o", ". c.at+x f_o . . . . . . .")
    parses("media-fonts/font-adobe-100dpi", ". media-fonts font-adobe-100dpi . . . . . . .")
    parses("a/foo-r1", ". a foo-r1 . . . . . . .")
    parses("a/foo-", ". a foo- . . . . . . .")
    parses("=app-editors/vim-9", "= app-editors vim 9 . . . . . .")
    parses("=app-editors/vim-9*", "= app-editors vim 9 * . . . . .")
    parses("~sys-libs/libcap-2.70", "~ sys-libs libcap 2.70 . . . . . .")
    parses(">=a/b-1.2b_pre3_p-r4", ">= a b 1.2b_pre3_p-r4 . . . . . .")
    parses("<=a/b-1_rc1_beta2", "<= a b 1_rc1_beta2 . . . . . .")
    parses(">a/b-1", "> a b 1 . . . . . .")
    parses("<a/b-01", "< a b 01 . . . . . .")
    parses("=a/b-c-1-r2", "= a b-c 1-r2 . . . . . .")
    parses("a/b:0", ". a b . . 0 . . . .")
    parses("a/b:0/1.2+x", ". a b . . 0 1.2+x . . .")
    parses("a/b:0/1=", ". a b . . 0 1 = . .")
    parses("a/b:=", ". a b . . . . = . .")
    parses("a/b:*", ". a b . . . . * . .")
    parses("a/b::gentoo", ". a b . . . . . gentoo .")
    parses("a/b:0::my-repo", ". a b . . 0 . . my-repo .")
    parses("a/b[x]", ". a b . . . . . . x")
    parses("a/b[x?,!y?,z=,!w=]", ". a b . . . . . . !w=,!y?,x?,z=", as: "a/b[!w=,!y?,x?,z=]")
    parses("a/b[x(+),-y(-)]", ". a b . . . . . . -y(-),x(+)", as: "a/b[-y(-),x(+)]")
    parses("a/b[y,x,y]", ". a b . . . . . . x,y", as: "a/b[x,y]")
    parses("a/b[x(+)?]", ". a b . . . . . . x(+)?")
    parses(
      ">=sys-libs/libcap-2.70:0/2=::gentoo[pam,-static-libs]",
      ">= sys-libs libcap 2.70 . 0 2 = gentoo -static-libs,pam",
      as: ">=sys-libs/libcap-2.70:0/2=::gentoo[-static-libs,pam]")
  }

  private func refuses(_ text: String, _ message: String, _ location: SourceLocation = #_sourceLocation) {
    do {
      let atom = try Atom(parsing: text)
      Issue.record("parsed as \(atom)", sourceLocation: location)
    } catch {
      #expect(error.description == message, sourceLocation: location)
    }
  }

  @Test func whatIsNoPackage() {
    refuses("", "an atom is missing: write one, such as 'app-editors/vim'")
    refuses(
      "-app/vim",
      "'-app/vim' begins with '-' and would be taken for an option: to leave a package out, delete its line")
    refuses(
      "--help",
      "'--help' begins with '-' and would be taken for an option: to leave a package out, delete its line")
    refuses(
      "!a/b",
      "'!a/b' is a blocker, but a set can only name packages to install: to keep a package out, put it in package.mask"
    )
    refuses(
      "!!<a/b-1",
      "'!!<a/b-1' is a blocker, but a set can only name packages to install: to keep a package out, put it in package.mask"
    )
    refuses("@world", "'@world' names a set where a package is expected: write the packages of the set instead")
    refuses("vim", "'vim' has no category: write 'CATEGORY/NAME', as in 'app-editors/vim'")
    refuses("=vim-9", "'=vim-9' has no category: write 'CATEGORY/NAME', as in 'app-editors/vim'")
    refuses("a/b/c", "'a/b/c' has more than one '/': write 'CATEGORY/NAME'")
    refuses("*/*", "'*/*' has a wildcard: name each package on a line of its own")
    refuses("app-editors/*", "'app-editors/*' has a wildcard: name each package on a line of its own")
    refuses("/vim", "'/vim' has no category: write 'CATEGORY/NAME', as in 'app-editors/vim'")
    refuses("a/", "'a/' has no name: write 'CATEGORY/NAME', as in 'app-editors/vim'")
  }

  @Test func namesAndVersions() {
    refuses("a/b#c", "'a/b#c' has '#' in its name, which may only hold letters, digits and '+', '_', '-'")
    refuses("a/b.c", "'a/b.c' has '.' in its name, which may only hold letters, digits and '+', '_', '-'")
    refuses(
      "ä/b", "'ä/b' has U+00E4 in its category, which may only hold letters, digits and '+', '_', '.', '-'")
    refuses(
      "a/b\u{A0}", "'a/b\u{A0}' has U+00A0 in its name, which may only hold letters, digits and '+', '_', '-'"
    )
    refuses(
      "a/b\u{7}", "'a/b\\x07' has U+0007 in its name, which may only hold letters, digits and '+', '_', '-'")
    refuses("a/-b", "'a/-b' has a name that does not begin with a letter, a digit or '_'")
    refuses(".a/b", "'.a/b' has a category that does not begin with a letter, a digit or '_'")
    refuses(
      "app-editors/vim-9",
      "'app-editors/vim-9' has a version but no operator: write '=app-editors/vim-9' or 'app-editors/vim'")
    refuses(
      "a/b-1.2:0[x]", "'a/b-1.2:0[x]' has a version but no operator: write '=a/b-1.2:0[x]' or 'a/b:0[x]'")
    refuses(
      "a/b-1-2", "'a/b-1-2' has a name that ends like a version, which is not allowed: check the spelling")
    refuses("=a/b", "'=a/b' has an operator but no version: write 'a/b', or add a version such as '-1.2'")
    refuses(
      ">=a/b-1.:2", "'>=a/b-1.:2' has '.' in its name, which may only hold letters, digits and '+', '_', '-'")
    refuses(
      "=a/b-1_x",
      "'=a/b-1_x' has an operator but no version: write 'a/b-1_x', or add a version such as '-1.2'")
    refuses(
      "==a/b-1",
      "'==a/b-1' begins with '==', which is not an operator: the operators are '=', '~', '<', '<=', '>' and '>='"
    )
    refuses(">=a/b-1*", "'>=a/b-1*' has a '*' after '>=', which only '=' takes: write '>=a/b-1'")
    refuses(
      "=a/b-1-2",
      "'=a/b-1-2' ends in a build number, which differs between build directories: write '=a/b-1'")
  }

  @Test func slotsRepositoriesAndUse() {
    let slot = "write ':SLOT', ':SLOT/SUBSLOT', ':SLOT=', ':=' or ':*'"
    refuses("a/b:", "'a/b:' has '' as its slot, which is invalid: \(slot)")
    refuses("a/b:0*", "'a/b:0*' has '0*' as its slot, which is invalid: \(slot)")
    refuses("a/b:/1", "'a/b:/1' has '/1' as its slot, which is invalid: \(slot)")
    refuses("a/b:0/1/2", "'a/b:0/1/2' has '0/1/2' as its slot, which is invalid: \(slot)")
    refuses("a/b:-0", "'a/b:-0' has '-0' as its slot, which is invalid: \(slot)")
    refuses("a/b::", "'a/b::' has '' as its repository, which is invalid: write '::NAME'")
    refuses("a/b::r.x", "'a/b::r.x' has 'r.x' as its repository, which is invalid: write '::NAME'")
    refuses(
      "a/b[x",
      "'a/b[x' has a '[' without a ']' at its end: end USE dependencies with ']', as in 'app-editors/vim[python]'"
    )
    refuses(
      "a/b[x]:0",
      "'a/b[x]:0' has a '[' without a ']' at its end: end USE dependencies with ']', as in 'app-editors/vim[python]'"
    )
    refuses("a/b[]", "'a/b[]' has '' as a USE dependency, which is invalid: write '[flag]' or '[-flag]'")
    refuses("a/b[x,]", "'a/b[x,]' has '' as a USE dependency, which is invalid: write '[flag]' or '[-flag]'")
    refuses("a/b[+x]", "'a/b[+x]' has '+x' as a USE dependency, which is invalid: write '[flag]' or '[-flag]'")
    refuses("a/b[!x]", "'a/b[!x]' has '!x' as a USE dependency, which is invalid: write '[flag]' or '[-flag]'")
    refuses(
      "a/b[-x?]", "'a/b[-x?]' has '-x?' as a USE dependency, which is invalid: write '[flag]' or '[-flag]'")
    refuses(
      "a/b[x(*)]", "'a/b[x(*)]' has 'x(*)' as a USE dependency, which is invalid: write '[flag]' or '[-flag]'")
    refuses("a/b[x(+),x(-)]", "'a/b[x(+),x(-)]' gives USE flag 'x' two different defaults: write it with one")
  }
}
