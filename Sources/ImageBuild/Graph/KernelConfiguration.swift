import Platform
import PortageFiles
import Stamps

/// The options of the kernel, as the kernel.config of several variants have them.
struct KernelConfiguration {
  /// Whether the kernel can load modules, which are in the image then.
  let hasModules: Bool

  /// - Parameter files: in the order of the variants; the last that names an option decides.
  /// - Throws: `SystemError` for a file that is there but cannot be read.
  init(_ files: [Path], _ recorder: ReadRecorder) throws {
    var hasModules = false
    for file in files where recorder.exists(file) {
      for line in try recorder.content(of: file).split(separator: 0x0A) {
        if line.elementsEqual("CONFIG_MODULES=y".utf8) { hasModules = true }
        if line.elementsEqual("# CONFIG_MODULES is not set".utf8) || line.elementsEqual("CONFIG_MODULES=n".utf8)
        {
          hasModules = false
        }
      }
    }
    self.hasModules = hasModules
  }
}
