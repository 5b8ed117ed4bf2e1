import Testing

@testable import TextKit

@Suite struct TableTests {
  private let table = Table(
    ["name", "size", "what it is", "more"],
    [["a", "1 KiB", "some words", "x y"], ["long name", "2", "", "z"], ["b", "", "", ""]])

  @Test func asWideAsItNeedsToBe() {
    let text = """
      name       size   what it is  more
      a          1 KiB  some words  x y
      long name  2                  z
      b

      """
    #expect(table.text == text && table.text(width: nil) == text && table.text(width: 34) == text)
  }

  @Test func withoutRoom() {
    let narrow = """
      name       size
      a          1 KiB
          what it is: some
          words; more: x y
      long name  2
          more: z
      b

      """
    #expect(table.text(width: 20) == narrow)
    #expect(
      table.text(width: 33).hasPrefix(
        "name       size   what it is\na          1 KiB  some words\n    more: x y\n"))
    #expect(table.text(width: 1).hasPrefix("name\na\n    size:\n    1\n    KiB\n"))
  }
}
