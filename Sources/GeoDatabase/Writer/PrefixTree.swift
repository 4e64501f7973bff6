/// A binary tree over the 128 bits of an address; each leaf has a number or nothing.
struct PrefixTree {
  /// What a branch leads to: a node by index, or, with the top bit set, a leaf.
  struct Branch: Equatable {
    fileprivate var bits: UInt32

    /// Without a number.
    static let empty = Branch(bits: .max)

    /// A leaf with a number below 2^31 - 1.
    static func leaf(_ number: UInt32) -> Branch { Branch(bits: number | 1 << 31) }

    /// The index of the node; nil for a leaf.
    var node: Int? { bits >> 31 == 0 ? Int(bits) : nil }

    /// The number of the leaf; nil for an empty one and for a node.
    var number: Int? { self == .empty || bits >> 31 == 0 ? nil : Int(bits & ~(1 << 31)) }
  }

  private var root = Branch.empty
  private var left: [Branch] = []
  private var right: [Branch] = []

  /// Gives the network of the first `length` bits of `bits` a number, in place of all that was in it.
  mutating func insert(_ bits: UInt128, length: Int, number: UInt32) {
    // The branch that is to be replaced: the root, or one of a node.
    var parent: (node: Int, isRight: Bool)?
    var branch = root
    for depth in 0..<length {
      let node: Int
      if let existing = branch.node {
        node = existing
      } else {
        // A leaf on the way: its halves have what it had.
        node = left.count
        left.append(branch)
        right.append(branch)
        replace(parent, by: Branch(bits: UInt32(node)))
      }
      let isRight = bits >> UInt128(127 - depth) & 1 == 1
      parent = (node, isRight)
      branch = isRight ? right[node] : left[node]
    }
    replace(parent, by: .leaf(number))
  }

  private mutating func replace(_ place: (node: Int, isRight: Bool)?, by branch: Branch) {
    guard let place else { return root = branch }
    if place.isRight { right[place.node] = branch } else { left[place.node] = branch }
  }

  /// The nodes in the order of a walk from the root, at least one; halves that have the same number are
  /// one network. Indexes in the branches are those of the result.
  consuming func nodes() -> [(left: Branch, right: Branch)] {
    root = merged(root)
    var nodes: [(left: Branch, right: Branch)] = []
    if root.node == nil { return [(root, root)] }
    _ = copy(root, to: &nodes)
    return nodes
  }

  /// The branch, with each node below whose halves are the same leaf turned into that leaf. As deep as
  /// the tree: 128.
  private mutating func merged(_ branch: Branch) -> Branch {
    guard let node = branch.node else { return branch }
    left[node] = merged(left[node])
    right[node] = merged(right[node])
    return left[node] == right[node] && left[node].node == nil ? left[node] : branch
  }

  private func copy(_ branch: Branch, to nodes: inout [(left: Branch, right: Branch)]) -> Branch {
    guard let node = branch.node else { return branch }
    let index = nodes.count
    nodes.append((.empty, .empty))
    nodes[index].left = copy(left[node], to: &nodes)
    nodes[index].right = copy(right[node], to: &nodes)
    return Branch(bits: UInt32(index))
  }
}
