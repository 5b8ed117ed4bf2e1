internal import Glibc
internal import Platform

Signals.ignoreBrokenPipes()
switch Tool.run(Environment.arguments) {
case .exit(let status): exit(status)
case .die(let signal): Signals.dieOf(signal)
}
