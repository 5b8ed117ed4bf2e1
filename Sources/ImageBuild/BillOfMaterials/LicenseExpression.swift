/// The licences of a package, as an ebuild's LICENSE has them: `|| ( GPL-2+ BSD ) MIT`.
indirect enum LicenseExpression: Hashable {
  case license(String)
  /// All of them hold.
  case all([LicenseExpression])
  /// One of them may be chosen.
  case any([LicenseExpression])

  /// Nil if there is no licence in it.
  ///
  /// - Parameter text: with USE conditionals already evaluated, as the database of installed packages has it.
  init?(_ text: String) {
    var words = text.split(separator: " ").map(String.init)[...]
    guard let expression = Self.group(&words) else { return nil }
    self = expression
  }

  /// Reads up to the end of the group, or of the text.
  private static func group(_ words: inout ArraySlice<String>, isChoice: Bool = false) -> LicenseExpression? {
    var members: [LicenseExpression] = []
    func add(_ member: LicenseExpression?) {
      if let member, !members.contains(member) { members.append(member) }
    }
    while let word = words.popFirst(), word != ")" {
      switch word {
      case "||":
        if words.first == "(" { words.removeFirst() }
        add(group(&words, isChoice: true))
      case "(": add(group(&words))
      default: add(.license(word))
      }
    }
    if members.count < 2 { return members.first }
    return isChoice ? .any(members) : .all(members)
  }

  /// An expression of SPDX.
  ///
  /// - Parameter identifier: returns what stands for a name.
  func text(_ identifier: (String) -> String) -> String {
    func part(_ member: LicenseExpression) -> String {
      let text = member.text(identifier)
      if case .license = member { return text }
      return "(\(text))"
    }
    switch self {
    case .license(let name): return identifier(name)
    case .all(let members): return members.map(part).joined(separator: " AND ")
    case .any(let members): return members.map(part).joined(separator: " OR ")
    }
  }

  /// An identifier for a licence without one in SPDX.
  static func reference(_ name: String) -> String {
    "LicenseRef-"
      + name.map { character in
        switch character {
        case "a"..."z", "A"..."Z", "0"..."9", "-", ".": String(character)
        case "+": "-plus"
        default: "-"
        }
      }.joined()
  }
}

extension BillOfMaterials {
  /// The licence of a component as an expression of SPDX; nil if it is not known.
  func license(of component: Component) -> String? {
    component.license?.text { name in
      if case .spdx(let identifier)? = licenses[name] { identifier } else { LicenseExpression.reference(name) }
    }
  }
}
