/// Completion scripts for shells, made from the tables of commands and options. A script gets the names of
/// targets from `sysbuild list` at the time of completion.
enum Completions {
  static let shells = ["bash", "zsh", "fish"]

  static func script(for shell: String) -> String? {
    switch shell {
    case "bash": bash
    case "zsh": zsh
    case "fish": fish
    default: nil
    }
  }

  /// A shell command that prints the targets of the source tree in the current folder.
  private static let targets = "sysbuild list 2>/dev/null | sed '1d; s/ .*//'"

  private static var names: String { CommandTable.visible.map(\.name).joined(separator: " ") }
  private static var variables: [String] { Help.variables.map { String($0.0.prefix { $0 != "=" }) + "=" } }

  /// The options that a command takes, in the order of the table.
  private static func options(of command: Command) -> [Option] {
    CommandTable.options.filter { CommandTable.allows($0, with: command) }
  }

  // MARK: bash

  private static var bash: String {
    let withArgument = CommandTable.options.filter { $0.argument != nil }
    let arguments = withArgument.map { option in
      "    \(option.spellings.joined(separator: " | "))) \(bashReply(option)); return ;;\n"
    }.joined()
    let commands = ([Command.build] + CommandTable.visible).map { command in
      let options = options(of: command).flatMap(\.spellings).joined(separator: " ")
      let pattern = command == .build ? "''" : command.name
      return "    \(pattern)) options='\(options)' words=\(bashWords(command)) ;;\n"
    }.joined()
    return """
      # bash completion for sysbuild
      _sysbuild_targets() { \(targets); }
      _sysbuild() {
        local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command= word options words
        COMPREPLY=()
        case $previous in
      \(arguments)  esac
        for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
          case " \(names) " in *" $word "*) command=$word; break ;; esac
        done
        case $command in
      \(commands)  esac
        case $current in
          -*) mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current"); return ;;
        esac
        case $words in
          files) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
          targets) words=$(_sysbuild_targets) ;;
          build) words="$(_sysbuild_targets) \(names) \(variables.joined(separator: " "))" ;;
        esac
        [ "$words" = files ] || mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
        [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace
      }
      complete -F _sysbuild sysbuild

      """
  }

  private static func bashReply(_ option: Option) -> String {
    switch option.argument?.completion {
    case .file: "mapfile -t COMPREPLY < <(compgen -f -- \"$current\")"
    case .folder: "mapfile -t COMPREPLY < <(compgen -d -- \"$current\")"
    case .words(let words):
      "mapfile -t COMPREPLY < <(compgen -W '\(words.joined(separator: " "))' -- \"$current\")"
    case nil, .some(.none): ":"
    }
  }

  private static func bashWords(_ command: Command) -> String {
    if command == .build { return "build" }
    return switch command.words {
    case .none, .optionsOfAnother, .everything: "''"
    case .targets, .targetAndCommand: "targets"
    case .files: "files"
    case .oneOf(let words): "'\(words.joined(separator: " "))'"
    }
  }

  // MARK: zsh

  private static var zsh: String {
    let options = CommandTable.options.flatMap { option in
      option.spellings.map { spelling in
        let argument = option.argument.map { ":\($0.placeholder):\(zshAction($0.completion))" } ?? ""
        return "    '*\(spelling)[\(zshEscaped(option.summary))]\(argument)' \\\n"
      }
    }.joined()
    let commands = CommandTable.visible.map { "    '\($0.name):\(zshEscaped($0.summary))'\n" }.joined()
    return """
      #compdef sysbuild
      _sysbuild_words() {
        local -a commands targets
        commands=(
      \(commands)  )
        targets=(${(f)"$(\(targets))"})
        (( CURRENT > 2 )) || _describe -t commands query commands
        _describe -t targets target targets
        _files
      }
      _sysbuild() {
        _arguments -s -S \\
      \(options)    '*: :_sysbuild_words'
      }
      _sysbuild "$@"

      """
  }

  private static func zshAction(_ completion: Option.Completion) -> String {
    switch completion {
    case .file: "_files"
    case .folder: "_files -/"
    case .words(let words): "(\(words.joined(separator: " ")))"
    case .none: ""
    }
  }

  private static func zshEscaped(_ text: String) -> String {
    text.replacing("'", with: "'\\''").replacing("[", with: "\\[").replacing("]", with: "\\]")
      .replacing(":", with: "\\:")
  }

  // MARK: fish

  private static var fish: String {
    let options = CommandTable.options.map { option in
      let names =
        (option.letter.map { ["-s \($0)"] } ?? [])
        + ([option.name] + option.aliases).map { "-l \($0.dropFirst(2))" }
      return "complete -c sysbuild \(names.joined(separator: " "))\(fishArgument(option)) "
        + "-d '\(fishEscaped(option.summary))'\n"
    }.joined()
    let commands = CommandTable.visible.map { command in
      "complete -c sysbuild -n __fish_is_first_arg -a \(command.name) -d '\(fishEscaped(command.summary))'\n"
    }.joined()
    return """
      # fish completion for sysbuild
      \(options)\(commands)complete -c sysbuild -a "(\(targets))"

      """
  }

  private static func fishArgument(_ option: Option) -> String {
    switch option.argument?.completion {
    case nil: ""
    case .some(.none): " -x"
    case .file: " -r"
    case .folder: " -x -a '(__fish_complete_directories)'"
    case .words(let words): " -x -a '\(words.joined(separator: " "))'"
    }
  }

  private static func fishEscaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
  }
}
