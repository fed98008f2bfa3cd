# frozen_string_literal: true

module Hostbill
  # A portal of the given kind on a free port of this machine, with an account that may do everything.
  #
  #     Hostbill::Sandbox.new(portal: "time4vps") do |sandbox|
  #       sandbox.client { |client| client.servers.list }
  #     end
  #
  # It keeps what it is told: what was created can be read back, and money adds up. Nothing leaves this machine.
  class Sandbox
    # Starts one. The settings are described at {Operations::SANDBOX_SETTINGS}.
    #
    # With a block, gives the sandbox to it and stops it at the end; the block's value is returned.
    # @raise [UsageError] if the settings are wrong, or the sandbox's library is not there
    def self.new(**settings)
      sandbox = super
      return sandbox unless block_given?

      begin
        yield sandbox
      ensure
        sandbox.close
      end
    end

    # What there is to know about it: "url", "portal", "username", "password", "ids", "operations", ...
    # @return [Hash]
    attr_reader :info

    def initialize(**settings)
      @native = Native::Sandbox.new(Documents.write({ portal: "time4vps", **settings.compact }, "settings"))
      problem = @native.error
      raise Error.from(problem) if problem

      @info = control("info")
    end

    # Which portal it is like.
    # @return [String]
    def portal = info["portal"]

    # The base URL of its API.
    # @return [String]
    def url = info["url"]

    # The name of its account.
    # @return [String]
    def username = info["username"]

    # The password of its account.
    # @return [String]
    def password = info["password"]

    # Ids of things the account has from the start, by the name of the parameter that takes them.
    # @return [Hash]
    def ids = info["ids"]

    # Parameters that work in the first state, by operation.
    # @return [Hash]
    def examples = info["operations"]

    # A client that is logged in to it; takes what {Client.new} takes, a block too.
    # @return [Client]
    def client(**settings, &block)
      login = settings.key?(:token) ? {} : { username: username, password: password }
      Client.new(portal: portal, base_url: url, **login, **settings, &block)
    end

    # Gives it a command and returns what it says; docs/sandbox.md has the commands.
    #
    #     sandbox.control("fault", operation: "orders.create", fault: { kind: "lost_reply" })
    #     sandbox.control("clock", advance: 3600)
    def control(command, arguments = {}, **more)
      command = { **arguments.transform_keys(&:to_sym), **more, command: command }
      document = @native.control(Documents.write(command, "command"))
      raise Error.from(document["error"]) if document.is_a?(Hash) && document["error"].is_a?(Hash)

      document
    end

    # Stops it. May be repeated.
    def close
      @native.release
      nil
    end

    # Whether it has been stopped.
    def closed? = @native.url.empty?

    # Shows no secret.
    def inspect = "#<#{self.class} portal=#{portal.inspect} url=#{url.inspect}#{" closed" if closed?}>"
    alias to_s inspect
  end
end
