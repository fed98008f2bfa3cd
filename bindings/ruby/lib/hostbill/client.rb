# frozen_string_literal: true

module Hostbill
  # A client of one portal, with a method for each operation.
  #
  #     Hostbill::Client.new(portal: "time4vps", username: "user@example.com", password: "...") do |client|
  #       client.domains.dns_records.create(7, name: "www", type: "A", content: "192.0.2.1", options: { timeout: 5 })
  #     end
  #
  # Methods take the ids of the operation's path in order, everything else by name, and +options+ for this call alone.
  # They return the data of the answer.
  #
  # Any thread may use a client at the same time as others, and Ruby's other threads go on during a call. What Ruby uses
  # to end a wait ends a call, and that call alone: Thread#raise, Thread#kill, Timeout.timeout and Ctrl-C. The exception's
  # +cause+ then tells what became of it: CancelledError, or OutcomeUnknownError where the request had left already and
  # may still take effect. Timeout.timeout has to be given an exception class for that; without one it throws. After a fork the
  # child can go on with the client.
  class Client
    include Operations

    # Opens a client; sends nothing yet. The settings are described at {Operations::CLIENT_SETTINGS}.
    #
    # With a block, gives the client to it and closes it at the end; the block's value is returned.
    # @raise [UsageError] if the settings are wrong; its +fields+ name every mistake
    def self.new(**settings)
      client = super
      return client unless block_given?

      begin
        yield client
      ensure
        client.close
      end
    end

    def initialize(**settings)
      settings = settings.compact
      @native = Native::Client.new(Documents.write(settings, "settings"))
      problem = @native.error
      raise Error.from(problem) if problem

      @submissions = Submissions.new(@native)
      @options = {}
      # Of a portal that is described by a document, not the document.
      shown = settings.slice(:portal, :base_url)
      @label = shown.filter_map { |name, value| " #{name}=#{value.inspect}" unless value.respond_to?(:to_hash) }.join
    end

    # Runs an operation by its name and returns the data.
    #
    #     client.call("POST /server/{server_id}/reboot", { server_id: 1 })
    #     client.call("servers.reboot", server_id: 1)
    #
    # @param operation [String] an id of the catalogue, or method and path
    # @param params [Hash] the parameters by the catalogue's names
    # @param options [Hash] for this call alone; see {Operations::OPTIONS}
    # @param more the parameters again, as keywords
    def call(operation, params = nil, options: nil, **more)
      data_of(Documents.name(operation, "operation"), joined(params, more), options)
    end

    # The same operations, each returning the whole {Answer}.
    # @return [Answers]
    def answers = Answers.new(self)

    # Runs many calls, of which up to +window+ are under way at any time, and gives the {Outcome} of each to the block; without
    # a block, returns an enumerator. More calls are taken as outcomes are taken. A call that fails has its error in its
    # outcome, and the others go on. Leaving the block early stops what is under way.
    #
    #     client.batch(ids.lazy.map { |id| ["domains.get", { domain_id: id }] }) do |outcome|
    #       puts outcome.error || outcome.data["name"]
    #     end
    #
    # @param calls [Enumerable] of arrays: an operation, perhaps its parameters, perhaps its options
    # @param ordered [Boolean] whether outcomes come in the order of the calls, or as they end
    # @return [Enumerator, nil]
    def batch(calls, window: 64, ordered: true, &block)
      Documents.refuse("batch", "window", "must be a whole number from 1 on") unless window.is_a?(Integer) && window.positive?
      return enum_for(:batch, calls, window: window, ordered: ordered) unless block

      Batch.new(self, @submissions, calls, window, ordered).run(&block)
      nil
    end

    # One operation with each of many values of one parameter: {#batch} of those calls, with the same outcomes. Values are
    # taken as outcomes are taken.
    #
    #     client.map("domains.get", :domain_id, ids, ordered: false) do |outcome|
    #       puts outcome.error || outcome.data["name"]
    #     end
    #
    # @param operation [String] an id of the catalogue, or method and path
    # @param name [String, Symbol] of the parameter
    # @param values [Enumerable] of the parameter's values
    # @param params [Hash] parameters that are the same for all
    # @param options [Hash] for each of the calls
    # @param window [Integer] how many calls are under way at most
    # @param ordered [Boolean] whether outcomes come in the order of the values, or as calls end
    # @raise [UsageError] if +params+ has the parameter, too
    # @return [Enumerator, nil]
    def map(operation, name, values, params: {}, options: nil, window: 64, ordered: true, &block)
      name = Documents.name(name, "name").to_sym
      params = joined(params, {}).transform_keys(&:to_sym)
      Documents.refuse("map", name, "is given twice: in params and by the values") if params.key?(name)
      Documents.refuse("map", "values", "must be an enumerable") unless values.respond_to?(:each_entry)
      calls = values.each_entry.lazy.map { |value| [operation, { name => value, **params }, options] }
      batch(calls, window: window, ordered: ordered, &block)
    end

    # The same client, with these options for every call made through what this returns. Both share their connections;
    # closing either closes both.
    #
    #     client.with_options(timeout: 5).servers.get(1)
    #
    # @return [Client]
    def with_options(**options)
      copy = dup
      copy.instance_exec { @options = @options.merge(options.compact) }
      copy
    end

    # Stops every call in progress, refuses new ones, and gives back what the client holds. May be repeated.
    def close
      @submissions.close
      @native.release
      nil
    end

    # Whether it has been closed.
    def closed? = @native.released

    # Shows no secret.
    def inspect = "#<#{self.class}#{@label}#{" closed" if closed?}>"
    alias to_s inspect

    # @api private
    # @param operation [String] one that Documents.name gave, or a known one
    # @return [Hash] the whole answer
    def run(operation, params, options)
      document = transact(operation, params, options, false, [])
      raise Error.from(document["error"]) unless document["ok"]

      document
    end

    # @api private
    # @return [Array] operation, parameters and options as the library takes them
    def prepared(operation, params = nil, options = nil)
      operation = Documents.name(operation, "operation")
      [operation, text_of(params, operation), text_of(all_options(options), "options")]
    end

    # @api private
    def joined(first, second)
      return second if first.nil?
      return first if second.empty? && first.is_a?(Hash)

      [first, second].each { |one| Documents.refuse("call", "params", "must be a hash") unless one.respond_to?(:to_hash) }
      { **first.to_hash.transform_keys(&:to_sym), **second.to_hash.transform_keys(&:to_sym) }
    end

    private

    def perform(operation, params, options)
      data_of(operation, params.compact, options)
    end

    # The data alone, without making what else an answer has.
    def data_of(operation, params, options)
      outcome = []
      data = transact(operation, params, options, true, outcome)
      raise Error.from(outcome.first["error"]) unless outcome.empty?

      data
    end

    def all_options(options) = options && !@options.empty? ? joined(@options, options) : options || @options

    # The library's document; nil for nothing.
    def text_of(hash, what) = hash.nil? || hash.is_a?(Hash) && hash.empty? ? nil : Documents.write(hash, what)

    # One call, on this thread. What ends it early, such as Timeout.timeout, gets what became of it as its cause.
    def transact(operation, params, options, data_alone, outcome)
      params = text_of(params, operation)
      options = text_of(all_options(options), "options")
      begin
        @native.call(operation, params, options, outcome, data_alone)
      rescue Exception => e # rubocop:disable Lint/RescueException
        raise if outcome.empty? || outcome.first["ok"]

        raise e, cause: Error.from(outcome.first["error"])
      end
    end
  end

  # The operations of a client, each returning the whole {Answer}.
  class Answers
    include Operations

    # @api private
    def initialize(client)
      @client = client
    end

    # As {Client#call}, but returns the whole answer.
    # @return [Answer]
    def call(operation, params = nil, options: nil, **more)
      Answer.from(@client.run(Documents.name(operation, "operation"), @client.joined(params, more), options))
    end

    def inspect = "#<#{self.class} of #{@client.inspect}>"

    private

    def perform(operation, params, options)
      Answer.from(@client.run(operation, params.compact, options))
    end
  end
end
