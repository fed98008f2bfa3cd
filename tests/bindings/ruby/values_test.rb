# frozen_string_literal: true

require_relative "support"

class ValuesTest < HostbillTest
  def sent(**params)
    @portal.client { |client| client.call("account.balance", options: { dry_run: true, extra: params }) }["url"]
  end

  def refused(field, **params)
    @portal.client do |client|
      error = assert_raises(Hostbill::UsageError) { client.tickets.create(subject: "s", **params) }
      assert_includes error.fields.map { |row| row["field"] }, field
      refute_match(/canary/, error.full_message)
    end
  end

  def test_texts_of_any_encoding_arrive_as_utf8
    assert_match(/a=%C3%A9&b=%C3%A9&c=x/, sent(a: "\u00e9".encode("ISO-8859-1"), b: "\u00e9".b, c: :x))
  end

  def test_what_cannot_be_sent_is_refused_by_name
    refused("body", body: "\xff".dup.force_encoding("UTF-8"))
    refused("body", body: "\xff".b)
    refused("body", body: "\xff".b.to_sym)
    refused("body", body: Object.new)
    refused("body", body: Float::NAN)
    refused("body", body: -Float::INFINITY)
    refused("body", body: BigDecimal("NaN"))
    refused("body.a[1].b", body: { a: [1, { b: Time.now }] })
    refused("body.a", body: { "a" => 1, a: 2 })
  end

  def test_what_contains_itself_is_refused
    list = []
    list << list
    @portal.client do |client|
      error = assert_raises(Hostbill::UsageError) { client.tickets.create(body: list) }
      assert_match(/contains itself/, error.message)
    end
  end

  def test_operations_are_text
    @portal.client do |client|
      assert_raises(Hostbill::UsageError) { client.call(nil) }
      assert_raises(Hostbill::UsageError) { client.call("account.balance\0x") }
      assert_raises(Hostbill::UsageError) { client.call("account.balance", 7) }
      assert_raises(Hostbill::UsageError) { client.call("account.balance", options: 7) }
    end
    assert_raises(Hostbill::UsageError) { Hostbill.catalog(7) }
  end

  def test_numbers_with_a_fraction_are_decimals
    @portal.client do |client|
      call = Thread.new { client.call("account.balance", options: { raw: true }) }
      @portal.await
      @portal.answer('{"a":0.10,"b":12345678901234.56789,"c":"1.50","d":5}')
      answer = call.value
      assert_equal [BigDecimal("0.1"), BigDecimal("12345678901234.56789"), "1.50", 5], answer.values
      assert_equal Encoding::UTF_8, answer["c"].encoding
    end
  end

  def test_rows_that_are_alike_and_rows_that_only_seem_so
    long = "{#{(1..600).map { |i| %("name#{i}":#{i}) }.join(',')}}"
    ['[{},{"a":1},{"a":2},{"a":1,"b":2},{"a":1,"b":2,"c":3},{"a":1},{"b":1}]',
     '[{"a":1,"b":{"a":2,"b":[]}},{"a":1,"b":{"a":2,"b":{}}},{"a":1,"b":{"a":2,"b":null}}]',
     '[{"a":1,"a":2},{"a":1,"a":2},{"m":{"k":"x"},"m":1},{"k":"x"},{"m":{"k":"x"},"m":1},{"k":"x"}]',
     '[ {"a" : 1 ,"b":2}, {"a":1,"b" :2},{"a":5, "b":2},{"\u00e9":1},{"\u00e9":2},{"":1},{"":2}]',
     '[[[[{"a":1},{"a":2}]],{"a":1}],{"a":{"a":{"a":{"a":{"a":1}}}}}]',
     "[#{long},#{long},#{long}]"].each do |text|
      2.times { assert_equal JSON.parse(text), Hostbill::Native.decode(text) }
    end
  end

  # The collector at its worst, while values are made.
  def test_values_of_every_kind_survive_the_collector
    text = '{"list":[1,-2.50,1e3,123456789012345678901,true,false,null,"",[],{}],"h\u00e9":"\ud83d\ude00","deep":[[{"a":["b"]}]]}'
    GC.stress = true
    value = Hostbill::Native.decode(text)
    GC.stress = false
    assert_equal({ "list" => [1, BigDecimal("-2.50"), BigDecimal("1e3"), 123_456_789_012_345_678_901, true, false, nil, "",
                              [], {}], "h\u00e9" => "\u{1f600}", "deep" => [[{ "a" => ["b"] }]] }, value)
    assert_equal [Encoding::UTF_8], [value["h\u00e9"], *value.keys].map(&:encoding).uniq
    assert_nil Hostbill::Native.decode('{"a":[1,2')
  ensure
    GC.stress = false
  end

  def test_secrets_are_not_shown
    @portal.client(token: nil) do |client|
      [client.inspect, client.to_s, client.domains.inspect, client.answers.inspect,
       client.with_options(tag: "x").inspect].each { |text| refute_match(/canary/, text) }
    end
    Hostbill::Sandbox.new(password: "canary-7f") { |sandbox| refute_match(/canary/, sandbox.inspect) }
    error = assert_raises(Hostbill::UsageError) { Hostbill::Client.new(portal: "time4vps", pasword: "canary-7f") }
    refute_match(/canary/, error.full_message + error.inspect + error.to_h.inspect)
  end

  def test_every_class_is_an_error_of_its_own
    assert_equal 18, Hostbill::Error::CLASSES.size
    Hostbill::Error::CLASSES.each do |word, type|
      assert_operator type, :<, Hostbill::Error
      assert_equal word, type.error_class
      assert_kind_of type, Hostbill::Error.from({ "class" => word, "message" => "m" })
    end
  end

  def test_every_operation_is_a_method
    @portal.client do |client|
      Hostbill.catalog["portals"].flat_map { |portal| portal["operations"] }.each do |operation|
        *groups, name = operation["id"].split(".")
        owner = groups.inject(client) { |node, group| node.public_send(group) }
        assert_includes owner.public_methods(false), name.to_sym, operation["id"]
      end
    end
  end

  def test_options_of_a_client_are_shared
    @portal.client do |client|
      other = client.with_options(dry_run: true)
      assert_equal "GET", other.account.balance["method"]
      assert_equal "GET", other.answers.account.balance(options: { tag: "t" }).data["method"]
      other.close
      assert_predicate client, :closed?
    end
  end

  def test_the_block_gives_its_value_and_closes
    kept = nil
    assert_equal 7, @portal.client { |client| kept = client; 7 }
    assert_predicate kept, :closed?
  end
end
