# frozen_string_literal: true

Gem::Specification.new do |spec|
  spec.name = "hostbill"
  spec.version = File.read(File.join(__dir__, "lib", "hostbill.rb"))[/VERSION = "(.+)"/, 1]
  spec.summary = "One client for the customer APIs of web hosts that run the HostBill panel"
  spec.description = "Every documented operation of five portals as a method, typed errors, nothing done twice, and a " \
                     "sandbox that serves the same APIs on your own machine."
  spec.authors = ["The hostbill authors"]
  spec.license = "MIT"
  spec.required_ruby_version = ">= 3.1"
  spec.files = Dir.chdir(__dir__) do
    Dir["lib/**/*.rb", "sig/**/*.rbs", "ext/hostbill/*.{rb,cxx,hpp,map}", "README.md", "LICENSE"]
  end
  spec.extensions = ["ext/hostbill/extconf.rb"]
end
