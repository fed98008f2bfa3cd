# frozen_string_literal: true

# Does what the conformance cases say and prints what came of it; see ../README.md.

require "hostbill"
require "timeout"

class Runner
  def initialize(entry)
    @client = nil
    @sandbox = nil
    settings = symbols(entry["client"] || {})
    if entry["sandbox"]
      @sandbox = Hostbill::Sandbox.new(**symbols(entry["sandbox"]))
      @client = @sandbox.client(**settings)
    else
      @client = Hostbill::Client.new(**settings)
    end
    @settings = settings
  end

  def step(step)
    send("do_#{step["do"]}", step)
  rescue Hostbill::Error => e
    failure(e)
  end

  def close
    @client&.close
    @sandbox&.close
  end

  def failure(error) = self.class.failure(error)

  def self.failure(error)
    members = %i[status message operation http_status portal_errors attempts retryable fields portals reconcile
                 retry_after_s history tag].to_h { |name| [name, error.public_send(name)] }
    { ok: false, error: { type: error.class.name, class: error.error_class, **members } }
  end

  private

  def symbols(hash) = hash.transform_keys(&:to_sym)

  def success(data, **more) = { ok: true, data: data, **more }

  # The generated method, found by the operation's name.
  def by_method(client, step)
    *groups, name = step["operation"].split(".")
    owner = groups.inject(client) { |node, group| node.public_send(group) }
    params = symbols(step["params"] || {})
    path = owner.public_method(name).parameters.filter_map { |kind, parameter| parameter if kind == :req }
    given = path.map { |parameter| params.delete(parameter) }
    owner.public_send(name, *given, options: step["options"], **params)
  end

  def invoke(client, step)
    return by_method(client, step) if step["via"] == "method"

    client.call(step["operation"], step["params"], options: step["options"])
  end

  def do_call(step) = success(invoke(@client, step))

  def do_full(step)
    answer = invoke(@client.answers, step)
    success(answer.data, info: answer.info, meta: answer.meta)
  end

  def do_dry(step) = success(invoke(@client.with_options(dry_run: true), step))

  def do_close(_step) = success(@client.close)

  def do_closed(_step) = success(@client.closed?)

  def do_control(step) = success(@sandbox.control(step["command"], step["arguments"] || {}))

  def do_stop(_step) = success(@sandbox.close)

  def do_catalog(step)
    catalog = Hostbill.catalog(step["portal"])
    success({ operations: catalog["operations"].size, compositions: catalog["compositions"].size })
  end

  def do_version(_step) = success(Hostbill.version)

  def do_value(step) = success(step["json"])

  def do_parallel(step)
    outcomes = Array.new(step["clients"]) do
      Thread.new do
        client = @sandbox ? @sandbox.client(**@settings) : Hostbill::Client.new(**@settings)
        Array.new(step["each"]) do
          invoke(client, step["step"])
        rescue Hostbill::Error => e
          e
        end.tap { client.close }
      end
    end.flat_map(&:value)
    failed = outcomes.count(Hostbill::Error)
    good = outcomes.grep_v(Hostbill::Error)
    success({ succeeded: good.size, failed: failed, different: good.count { |answer| answer != good.first } })
  end

  # Timeout.timeout raises in this thread; the exception's cause tells what became of the call.
  def do_cancel(step)
    Timeout.timeout(step["after_ms"] / 1000.0, Interrupt) { do_call(step["step"]) }
  rescue Interrupt => e
    failure(e.cause)
  end
end

# JSON of a native value; decimals as numbers again.
def json(value)
  case value
  when Hash then "{#{value.map { |name, item| "#{name.to_s.to_json}:#{json(item)}" }.join(",")}}"
  when Array then "[#{value.map { |item| json(item) }.join(",")}]"
  when BigDecimal then value.to_s("F")
  else value.to_json
  end
end

$stdout.sync = true
cases = JSON.parse(File.read(ARGV.fetch(0), encoding: "UTF-8"), decimal_class: BigDecimal, max_nesting: false)["cases"]
cases.each do |entry|
  begin
    runner = Runner.new(entry)
    results = entry["steps"].map { |step| runner.step(step) }
    runner.close
  rescue Hostbill::Error => e
    results = [Runner.failure(e)]
  end
  puts json({ case: entry["name"], results: results })
end
puts json({ live_objects: Hostbill.live_objects })
