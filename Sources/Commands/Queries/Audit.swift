import BuildGraph
import BuildSettings
import ImageBuild
import Platform
import PortageFiles
import TextKit

extension Command {
  static let audit = Command(
    "audit", summary: "known vulnerabilities of the image",
    details: [
      "Compares the packages of the image with the security advisories (GLSA) of the repositories, and has a tool look its "
        + "bill of materials up, if one is installed: \(VulnerabilityScan.names.joined(separator: ", ")) or what the "
        + "variable AUDIT_TOOL names. What the variant accepts is in its file '\(AuditExceptions.fileName)'. The exit status "
        + "is 1 if there is anything else."
    ],
    words: .none, options: [.json], run: { try Audit.run(Session($0)) })
}

/// `sysbuild audit`.
private enum Audit {
  static func run(_ session: Session) throws -> Ending {
    let (invocation, settings) = (session.invocation, session.settings)
    guard settings.variant != nil else { throw UserError.noImageGraph }
    let root = try Packages.folder(of: "rootfs", session)
    let bill = settings.locations.build / "sbom.cdx.json"
    guard File.exists(bill) else {
      throw UserError.notBuilt(bill, makingCommand: invocation.commandLine(["image"]))
    }
    let exceptions = try AuditExceptions(
      VariantFolders(settings).existing(AuditExceptions.fileName), in: settings.locations.source,
      today: String(Clock.iso8601(Clock.wall).prefix(10)))
    // Portage is asked where nothing can be written but /tmp.
    let scan = try VulnerabilityScan(bill, settings)
    let advisories = try AdvisorySearch(
      InstalledPackages(root: root).packages, settings, environment: try session.portageEnvironment())
    let report = AuditReport(advisories, scan, exceptions)
    if report.isEmpty { throw UserError.nothingToAudit }
    if invocation.wantsJSON {
      _ = try Program.show(report.json)
    } else {
      for warning in report.warnings { Program.complain(warning) }
      _ = try Program.show(report.text(width: StandardStream.output.width))
    }
    return .exit(report.isClean ? 0 : 1)
  }
}

extension UserError {
  fileprivate static let nothingToAudit = Self(
    "there is nothing to compare the image with: no repository has advisories in metadata/glsa, which the trees that Gentoo "
      + "syncs from have, and no tool for CVEs is installed (\(VulnerabilityScan.names.joined(separator: ", ")), or what "
      + "AUDIT_TOOL names)")
}
