# frozen_string_literal: true

# The contestants in Ruby: main.rb NAME, with the settings in the environment.
require "json"
require "uri"

URL = ENV.fetch("BENCH_URL")
CA_FILE = ENV.fetch("BENCH_CA_FILE")

def client
  require "hostbill"
  settings = CA_FILE.empty? ? {} : { ca_file: CA_FILE }
  Hostbill::Client.new(portal: "coloup", base_url: ENV.fetch("BENCH_BASE"), auth: "none", **settings)
end

def connection
  require "net/http"
  require "openssl"
  uri = URI(URL)
  settings = CA_FILE.empty? ? {} : { use_ssl: true, ca_file: CA_FILE }
  Net::HTTP.start(uri.host, uri.port, nil, **settings)
end

def net_http
  path = URI(URL).path
  open = connection
  lambda do
    answer = open.request(Net::HTTP::Get.new(path))
    raise answer.code unless answer.code == "200"

    yield answer.body
  end
end

# Each gives what makes one call and returns its invoices.
CONTESTANTS = {
  "hostbill" => lambda {
    ours = client
    -> { ours.invoices.list }
  },
  "hostbill_raw" => lambda {
    ours = client
    options = JSON.parse(ENV.fetch("BENCH_OPTIONS"), symbolize_names: true)
    -> { ours.call("invoices.list", options: options)["invoices"] }
  },
  "net_http" => -> { net_http { |text| JSON.parse(text)["invoices"] } },
  "net_http_oj" => lambda {
    require "oj"
    net_http { |text| Oj.load(text, mode: :strict)["invoices"] }
  },
  "curb_oj" => lambda {
    require "curb"
    require "oj"
    handle = Curl::Easy.new(URL)
    handle.cacert = CA_FILE unless CA_FILE.empty?
    lambda do
      handle.perform
      raise handle.status unless handle.response_code == 200

      Oj.load(handle.body_str, mode: :strict)["invoices"]
    end
  },
}.freeze

call = CONTESTANTS.fetch(ARGV.fetch(0)).call
versions = { "Ruby" => RUBY_VERSION }
versions["Oj"] = Oj::VERSION if defined?(Oj)
versions["curb"] = Curl::CURB_VERSION if defined?(Curl)
$stdout.puts JSON.generate(versions)
$stdout.flush
while (line = $stdin.gets)
  total = 0
  invoices = nil
  line.to_i.times do
    invoices = call.call
    total += invoices.size
  end
  $stdout.puts "#{total} #{invoices.last["id"]}"
  $stdout.flush
end
