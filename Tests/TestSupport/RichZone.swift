/// A zone, `example.com.`, with a name of every kind that answers differ in.
public let richZone = """
  $ORIGIN example.com.
  $TTL 300
  @ SOA ns1 hostmaster 1 7200 1800 1209600 300
  @ NS ns1
  @ MX 10 mail
  ns1 A 192.0.2.53
  mail A 192.0.2.25
  txt TXT "a text"
  alias CNAME other
  other CNAME www
  www A 192.0.2.80
  dn DNAME www.example.com.
  *.wild A 192.0.2.1
  child NS ns.child
  ns.child A 192.0.2.99
  a.b.c A 192.0.2.2
  $CHECK web http interval=10s
  $SITE us location=39,-77
  $SITE eu location=50,8
  $POOL api@us check=web select=weighted ( 203.0.113.1 weight=3 203.0.113.2 2001:db8::1 )
  $POOL api@eu check=web answers=1 ( 198.51.100.1 198.51.100.2 2001:db8::2 )
  $POOL cart@us check=web select=hash answers=1 ( 203.0.113.5 weight=2 203.0.113.6 2001:db8::5 )
  $POOL cart@eu check=web select=least-load ( 198.51.100.5 198.51.100.6 2001:db8::6 )
  $POOL even select=weighted smooth answers=2 ( 192.0.2.90 weight=9 192.0.2.91 192.0.2.92 )
  $POOL dead check=web ( 198.18.0.1 )
  $POOL hosts ( www.example.com. )
  $POOL cdn select=weighted answer=resolve ( cdn.example.net. )
  $MAP world ( net:198.51.100.0/24 -> eu us country:US -> us eu default -> nearest us eu )
  $POLICY split weighted api@us=9 api@eu=1
  geo 60/5 STEER geo map=world pools=api
  near 60 STEER nearest api@*
  weighted 60 STEER weighted api@us=1 api@eu=1
  rr 60 STEER round-robin api@us api@eu
  even 60 STEER weighted smooth api@us=3 even=1
  hash 60 STEER hash cart@us=2 cart@eu even network=20/48
  load 60 STEER least-load cart@us cart@eu dead
  latency 60 STEER latency table=rtt cart@*
  held 60 STEER failover dead cart@us failback=manual
  nested 60 STEER failover dead split
  host 60 STEER failover hosts
  resolved 60 STEER failover cdn dead
  down 60 STEER failover dead when-down=servfail
  static 60 STEER failover dead
  static 60 A 192.0.2.7
  $MIGRATE move static www at=2030-01-01T00:00:00Z ttl=60 lead=1h hold=1h

  """

/// The files that `richZone` names.
public let richZoneFiles = ["rtt.csv": "198.51.100.0/24,eu,9\n198.51.100.0/24,us,90\n"]
