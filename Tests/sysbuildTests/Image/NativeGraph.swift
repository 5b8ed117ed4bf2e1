import TestSupport

/// A random graph of packages that are compiled, with what must come of an edit: the small model that builds are held
/// against.
///
/// The packages of a family need one another: headers, static libraries, shared libraries, and one program at the top,
/// which prints a number that all below have a part in.
struct NativeGraph {
  enum Kind: CaseIterable {
    case header, archive, shared, program
  }

  struct Package {
    let name: String
    let kind: Kind
    /// The packages of which its code has a part, by index. They are needed wherever it is.
    var needs: [Int]
    /// Headers of which only its code has a part. They are needed when it is built, and what is built against it does
    /// not see them.
    var tools: [Int]
    /// The number in its header.
    var step = 1
    /// The number in its code.
    var code = 1
    var comment = 0
    var notes = 0
    var soname = 1
    /// Functions that nobody calls.
    var extras: Set<Int> = []

    var atom: String { "dev-libs/\(name)" }
  }

  /// What is needed stands before what needs it.
  private(set) var packages: [Package] = []
  private var families: [Range<Int>] = []

  init(families count: Int, _ random: inout SeededGenerator) {
    for family in 0..<count {
      let first = packages.count
      let size = Int.random(in: 3...6, using: &random)
      for number in 0..<size {
        let isLast = number == size - 1
        let kind: Kind =
          switch number {
          case 0: .header
          case 1: .shared
          case size - 1: .program
          default: Kind.allCases.dropLast().randomElement(using: &random) ?? .shared
          }
        var package = Package(name: "n\(family)\(number)", kind: kind, needs: [], tools: [])
        for other in first..<packages.count {
          if random.chance(isLast ? 60 : 50) || isLast && packages[other].kind == .shared {
            package.needs.append(other)
          } else if packages[other].kind == .header, random.chance(60) {
            package.tools.append(other)
          }
        }
        packages.append(package)
      }
      families.append(first..<packages.count)
    }
  }

  var programs: [Package] { packages.filter { $0.kind == .program } }

  // MARK: Edits

  /// Edits a package in most of the families.
  ///
  /// - Returns: what was edited, for the message of a failure.
  mutating func edit(_ random: inout SeededGenerator) -> [String] {
    var edits: [String] = []
    for family in families where random.chance(80) {
      let index = Int.random(in: family, using: &random)
      edits.append("\(packages[index].name): \(edit(index, family, &random))")
    }
    return edits
  }

  /// Edits the code of the shared libraries, which nobody sees who is linked with them.
  mutating func editSharedCode() -> [String] {
    let indices = packages.indices.filter { packages[$0].kind == .shared }
    for index in indices { packages[index].code += 1 }
    return indices.map { "\(packages[$0].name): number in the code" }
  }

  private mutating func edit(_ index: Int, _ family: Range<Int>, _ random: inout SeededGenerator) -> String {
    // Few numbers, so that some edits take back others.
    switch Int.random(in: 0..<7, using: &random) {
    case 0:
      packages[index].step = 1 + packages[index].step % 3
      return "number in the header"
    case 1:
      packages[index].comment = 1 - packages[index].comment
      return "comment in the header"
    case 2:
      packages[index].notes += 1
      return "documentation"
    case 3:
      packages[index].extras.formSymmetricDifference([Int.random(in: 0..<2, using: &random)])
      return "a function more or less"
    case 4:
      packages[index].soname = 3 - packages[index].soname
      return "soname"
    case 5:
      let header = (family.lowerBound..<index).filter {
        packages[$0].kind == .header && !packages[index].needs.contains($0)
      }.randomElement(using: &random)
      guard let header else { fallthrough }
      let isThere = packages[index].tools.contains(header)
      packages[index].tools =
        isThere ? packages[index].tools.filter { $0 != header } : packages[index].tools + [header]
      return "\(isThere ? "no" : "a") dependency on \(packages[header].name)"
    default:
      packages[index].code = 1 + packages[index].code % 3
      return "number in the code"
    }
  }

  // MARK: The model

  /// What a program prints in an image that is built from nothing.
  func value(of index: Int) -> Int {
    constant(of: index)
      + packages[index].needs.filter { packages[$0].kind != .header }.map(value).reduce(0, +)
  }

  /// The number that the compiler makes of those in its code and in the headers.
  private func constant(of index: Int) -> Int {
    let package = packages[index]
    return package.code + package.step + (package.needs + package.tools).map { packages[$0].step }.reduce(0, +)
  }

  /// What others see of a package.
  func interface(of index: Int) -> [String: String] {
    let package = packages[index]
    var interface = ["header": header(of: index)]
    switch package.kind {
    case .header, .program: break
    case .archive:
      interface["object"] = "\(constant(of: index)) \(package.extras.sorted())"
    case .shared:
      interface["symbols"] = "\(package.soname) \(package.extras.sorted())"
    }
    return interface
  }

  /// The packages that a package is built against: those that it depends on, and all that these need wherever they are.
  func against(_ index: Int) -> Set<Int> {
    var found: Set<Int> = []
    var left = packages[index].needs + packages[index].tools
    while let next = left.popLast() {
      found.insert(next)
      left += packages[next].needs.filter { !found.contains($0) }
    }
    return found
  }

  /// The packages that the programs need, with what these are built with.
  private var wanted: Set<Int> {
    var found: Set<Int> = []
    var left = packages.indices.filter { packages[$0].kind == .program }
    while let next = left.popLast() {
      found.insert(next)
      left += (packages[next].needs + packages[next].tools).filter { !found.contains($0) }
    }
    return found
  }

  /// What must become of the packages if they were built as `old` says, as `PackageChanges.between` has it. Built anew is
  /// what is made from something else, or against something of which others see something else.
  func changes(since old: NativeGraph) -> [String] {
    packages.indices.compactMap { index in
      let name = "\(packages[index].atom)-1"
      switch (old.wanted.contains(index), wanted.contains(index)) {
      case (false, false): return nil
      case (false, true): return "+" + name
      case (true, false): return "-" + name
      case (true, true):
        let isOther =
          files(of: index) != old.files(of: index)
          || against(index).contains { interface(of: $0) != old.interface(of: $0) }
        return isOther ? "~" + name : nil
      }
    }
  }

  // MARK: Files

  private func header(of index: Int) -> String {
    let package = packages[index]
    // A header includes those of what is needed wherever the package is.
    return package.needs.map { "#include <\(packages[$0].name).h>\n" }.joined()
      + """
      #ifndef STEP_\(package.name)
      #define STEP_\(package.name) \(package.step)
      int \(package.name)(void);
      #endif

      """ + (package.comment == 0 ? "" : "/* Another. */\n")
  }

  /// The files of a package in its folder of the repository.
  func files(of index: Int) -> [String: String] {
    let package = packages[index]
    let seen = package.needs + package.tools
    let steps = seen.map { " + STEP_\(packages[$0].name)" }.joined()
    let calls = package.needs.filter { packages[$0].kind != .header }.map { " + \(packages[$0].name)()" }
      .joined()
    var code = (seen.map { packages[$0].name } + [package.name]).map { "#include <\($0).h>\n" }.joined()
    code += "enum { NUMBER = \(package.code) + STEP_\(package.name)\(steps) };\n"
    if package.kind == .program {
      code += "#include <stdio.h>\nint main(void) { printf(\"%d\\n\", NUMBER\(calls)); }\n"
    } else {
      code += "int \(package.name)(void) { return NUMBER\(calls); }\n"
    }
    code += package.extras.sorted().map { "int \(package.name)_\($0)(void) { return 0; }\n" }.joined()
    return [
      "files/\(package.name).h": header(of: index), "files/\(package.name).c": code,
      "files/NOTES": "\(package.notes)\n", "\(package.name)-1.ebuild": ebuild(of: index),
    ]
  }

  private func ebuild(of index: Int) -> String {
    let package = packages[index]
    let needs = package.needs.map { packages[$0].atom }.joined(separator: " ")
    let tools = package.tools.map { packages[$0].atom }.joined(separator: " ")
    let compile = "\"${CHOST}-gcc\" ${CFLAGS} -fPIC -I\"${FILESDIR}\" \"${FILESDIR}\"/\(package.name).c"
    // Static libraries do not say themselves what they need.
    let libraries = against(index).sorted(by: >).filter { packages[$0].kind != .header }
      .map { " -l\(packages[$0].name)" }.joined()
    let name = "lib\(package.name)"
    let soname = "\(name).so.\(package.soname)"
    let commands: (compile: String, install: String) =
      switch package.kind {
      case .header: (":", ":")
      case .archive:
        ("\(compile) -c -o x.o || die; \"${CHOST}-ar\" rc \(name).a x.o || die", "dolib.a \(name).a")
      case .shared:
        (
          "\(compile) -shared -Wl,-soname,\(soname),--exclude-libs,ALL\(libraries) -o \(soname) || die",
          "dolib.so \(soname); dosym \(soname) /usr/lib/\(name).so"
        )
      case .program: ("\(compile)\(libraries) -o \(package.name) || die", "dobin \(package.name)")
      }
    return """
      EAPI=8
      DESCRIPTION="Package of a random graph"
      HOMEPAGE="https://wiki.gentoo.org/"
      S="${WORKDIR}"
      LICENSE="MIT"
      SLOT="0"
      KEYWORDS="amd64"
      DEPEND="\(needs) \(tools)"
      RDEPEND="\(needs)"
      src_compile() {
      \t\(commands.compile)
      }
      src_install() {
      \t\(commands.install)
      \tdoheader "${FILESDIR}"/*.h
      \tdodoc "${FILESDIR}"/NOTES
      }

      """
  }
}
