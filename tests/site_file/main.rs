//! The site file: what Apache refuses is refused in its words, what it accepts is accepted, and what is printed is
//! read back as the same value (apache-facts §2, §3).

mod accepted;
mod refused;
mod refused_limits;
mod refused_parameters;
mod round_trip;

/// The guide's own lines, as they stand there.
const GUIDE_ONE_BACKEND: &str = "<VirtualHost *:80>
ProxyPreserveHost On
ProxyPass / http://127.0.0.1:8080/
ProxyPassReverse / http://127.0.0.1:8080/
</VirtualHost>
";

const GUIDE_BALANCER: &str = "<VirtualHost *:80>
<Proxy balancer://mycluster>
BalancerMember http://127.0.0.1:8080
BalancerMember http://127.0.0.1:8081
</Proxy>
ProxyPreserveHost On
ProxyPass / balancer://mycluster/
ProxyPassReverse / balancer://mycluster/
</VirtualHost>
";

/// All that a balancer needs, and what limits slow clients, in an order that Apache accepts.
const MODULES: [&str; 8] = [
    "proxy",
    "proxy_http",
    "proxy_balancer",
    "slotmem_shm",
    "lbmethod_byrequests",
    "lbmethod_bytraffic",
    "lbmethod_bybusyness",
    "reqtimeout",
];
