/// Which lines of emerge's output tell a person how far it is: `>>> Emerging (3 of 57) sys-libs/pam-1.5…`.
enum EmergeProgress {
  static func isWorthShowing(_ line: [UInt8]) -> Bool {
    starts.contains { line.starts(with: $0) }
  }

  private static let starts = [">>> Emerging (", ">>> Emerging binary (", ">>> Failed to "].map {
    Array($0.utf8)
  }
}
