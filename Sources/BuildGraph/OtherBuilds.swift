/// What other builds have made of the same inputs, and how to bring it here.
public protocol OtherBuilds: AnyObject {
  /// Looks for what another build has made of exactly what this target would be made of now. If there is something, the
  /// target and those with which it is kept have stamps in state `elsewhere` then.
  ///
  /// - Parameter isSettled: whether the outputs of a target are what they will be when the run has ended.
  func adopt(_ id: TargetID, isSettled: (TargetID) -> Bool) throws -> Bool
  /// Whether a target that must be made anew begins with what it made the last time.
  func begins(withLast id: TargetID) -> Bool
  /// The targets whose results come with that of this one, itself among them, in the order of the graph.
  func keptTogether(with id: TargetID) -> [TargetID]
  /// Brings here what the target made, and what is kept with it.
  ///
  /// - Parameter variables: what commands see instead of the graph's variables.
  func fetching(_ id: TargetID, variables: Variables?) throws -> [Job.Command]
  /// It is here: the stamps are complete.
  func fetched(_ id: TargetID) throws
  /// It cannot be had: the stamps are again what they were before it was adopted, if what they tell of is still here, and
  /// it is not looked for again.
  func lost(_ id: TargetID) throws
}
