-- What wrk sends, from the arguments METHOD BYTES CONNECTION; and what it has counted, in one line.
function init(args)
    wrk.method = args[1]
    if tonumber(args[2]) > 0 then wrk.body = string.rep("p", tonumber(args[2])) end
    if args[3] == "close" then wrk.headers["Connection"] = "close" end
end

function done(summary, latency)
    local e = summary.errors
    print(string.format("counted %d %d %d %d %d %d %d %d %d", summary.requests, summary.duration,
        latency:percentile(50), latency:percentile(99), e.status, e.connect, e.read, e.write, e.timeout))
end
