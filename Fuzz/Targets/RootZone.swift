/// The root, with one delegation.
let rootZone = """
  @ 60 SOA ns. h. 1 1 1 1 60
  @ 60 NS ns.
  ns. 60 A 192.0.2.1
  net. 60 NS ns.net.
  ns.net. 60 A 192.0.2.2

  """
