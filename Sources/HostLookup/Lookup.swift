import CCares
import DNSWire
import Glibc
import LinuxSystem

/// One question under way. It has a c-ares channel of its own, so that each question leaves from a port and
/// with an ID that nobody can know of another (RFC 5452 §9), and a change of `/etc/resolv.conf` counts at once.
///
/// One thread uses it. `close` has to be called before it goes.
@safe
final class Lookup {
  let question: HostQuestion
  /// The sockets that are watched.
  private(set) var sockets: Set<Int32> = []
  /// What came of it; nil while it is under way.
  private(set) var outcome: LookupOutcome?
  private let poll: EventPoll
  private var channel: ares_channel?

  /// So many times each resolver is asked.
  private static let tries: Int32 = 2

  private static let isCaresReady = ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS

  /// Asks a question.
  init(_ question: HostQuestion, _ settings: ResolverSettings, _ poll: EventPoll) {
    self.question = question
    self.poll = poll
    guard Self.isCaresReady, open(settings) else {
      outcome = .failure("the question could not be set up")
      return
    }
    // SAFETY: c-ares copies the query. The callback is called once, by a call on this channel at the latest
    // in `close`, and this object outlives that.
    let query = self.query
    unsafe ares_send(
      channel, query, Int32(query.count),
      { context, status, _, answer, length in
        guard let context = unsafe context else { return }
        let lookup = unsafe Unmanaged<Lookup>.fromOpaque(context).takeUnretainedValue()
        let octets = unsafe Array(UnsafeBufferPointer(start: answer, count: Int(max(0, length))))
        lookup.finish(status: status, octets)
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  /// Gives the channel back; a question that is still under way is given up.
  func close() {
    // SAFETY: the channel is this object's own and not used again.
    guard let channel = unsafe channel else { return }
    unsafe self.channel = nil
    unsafe ares_destroy(channel)
  }

  /// Goes on with a socket that is ready.
  func process(_ event: EventPoll.Event) {
    let none: Int32 = -1
    let isReadable = event.isReadable || event.isBroken
    // SAFETY: the channel is open; c-ares copes with a socket that it has closed.
    guard let channel = unsafe channel else { return }
    unsafe ares_process_fd(
      channel, isReadable ? event.descriptor : none,
      event.isWritable || event.isBroken ? event.descriptor : none)
  }

  /// Asks again, or the next one, or gives up, where a resolver has taken too long.
  func processTimeouts() {
    // SAFETY: as in `process`, without a socket.
    guard outcome == nil, let channel = unsafe channel else { return }
    unsafe ares_process_fd(channel, -1, -1)
  }

  /// In how many milliseconds a resolver will have taken too long.
  var timeout: Int32? {
    var time = timeval()
    // SAFETY: c-ares fills the structure that it is handed and returns it, or nil where nothing is under way.
    guard let channel = unsafe channel, unsafe ares_timeout(channel, nil, &time) != nil else {
      return nil
    }
    return Int32(clamping: time.tv_sec * 1000 + (time.tv_usec + 999) / 1000)
  }

  /// Makes the channel; false where there can be none.
  private func open(_ settings: ResolverSettings) -> Bool {
    let (seconds, fraction) = settings.timeout.components
    var options = unsafe ares_options()
    unsafe options.timeout = Int32(clamping: seconds * 1000 + fraction / 1_000_000_000_000_000)
    unsafe options.tries = Self.tries
    unsafe options.sock_state_cb_data = Unmanaged.passUnretained(self).toOpaque()
    unsafe options.sock_state_cb = { context, descriptor, isReadable, isWritable in
      guard let context = unsafe context else { return }
      let lookup = unsafe Unmanaged<Lookup>.fromOpaque(context).takeUnretainedValue()
      lookup.watch(descriptor, reading: isReadable != 0, writing: isWritable != 0)
    }
    let mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB
    // SAFETY: c-ares copies the options, and the callback's context, this object, outlives the channel.
    guard unsafe ares_init_options(&channel, &options, mask) == ARES_SUCCESS else {
      return false
    }
    guard let servers = settings.servers else { return true }
    let list = servers.map(\.description).joined(separator: ",")
    return unsafe ares_set_servers_ports_csv(channel, list) == ARES_SUCCESS
  }

  private func watch(_ descriptor: Int32, reading: Bool, writing: Bool) {
    if reading || writing {
      sockets.insert(descriptor)
      poll.watch(descriptor, reading: reading, writing: writing)
    } else {
      sockets.remove(descriptor)
      poll.forget(descriptor)
    }
  }

  /// The query in wire form, with RD (RFC 1035 §4.1). Without EDNS: what does not fit comes over TCP.
  private var query: [UInt8] {
    let id = UInt16.random(in: 0...UInt16.max)
    return [UInt8(id >> 8), UInt8(id & 0xFF), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + question.name.wire
      + [0, UInt8(question.type.rawValue), 0, 1]
  }

  private func finish(status: Int32, _ answer: [UInt8]) {
    switch status {
    case ARES_SUCCESS: outcome = LookupOutcome(answer: answer, to: question)
    case ARES_ETIMEOUT: outcome = .failure("no resolver answered in time")
    // What c-ares says where all resolvers were refused by, or answered SERVFAIL, REFUSED or NOTIMP.
    case ARES_ECONNREFUSED: outcome = .failure("each resolver failed, refused or was not reached")
    default:
      // SAFETY: the text is a constant of c-ares's.
      let text = unsafe ares_strerror(status).map { unsafe String(cString: $0) }
      outcome = .failure(text?.lowercased() ?? "status \(status)")
    }
  }
}
