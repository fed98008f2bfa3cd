# frozen_string_literal: true

# Runs every test beside it and ends with one line: "N passed, N failed".

require "minitest"

Dir[File.join(__dir__, "*_test.rb")].sort.each { |file| require file }

class Tally < Minitest::StatisticsReporter
  def report
    super
    bad = failures + errors
    io.puts "#{count - bad - skips} passed, #{bad} failed"
  end
end

Minitest.load_plugins
Minitest.reporter = Minitest::CompositeReporter.new
options = { io: $stdout, seed: Random.new_seed % 0xFFFF, args: "" }
srand(options[:seed])
Minitest.reporter << Minitest::SummaryReporter.new($stdout, options) << Tally.new($stdout, options)
Minitest.reporter.start
Minitest.__run(Minitest.reporter, options)
Minitest.reporter.report
exit Minitest.reporter.passed?
