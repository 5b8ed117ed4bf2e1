import Commands
import Glibc
import Platform

Signals.ignoreBrokenPipes()
switch Program.run(Environment.arguments) {
case .exit(let status): exit(status)
case .die(let signal): Signals.dieOf(signal)
}
