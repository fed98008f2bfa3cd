module hostbill.example/bench

go 1.19

require hostbill.example/hostbill v0.1.0

require github.com/ebitengine/purego v0.10.2 // indirect

replace hostbill.example/hostbill => ../../../bindings/go
