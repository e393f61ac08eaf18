//! What listens on well-known ports.

use super::Container;
use super::snapshot::Port;

/// Ports of stores, queues and engines that nobody outside has to reach, with what listens there.
const INTERNAL: &[(u16, &str)] = &[
    (1433, "SQL Server"),
    (1521, "Oracle"),
    (2181, "ZooKeeper"),
    (2375, "the Docker engine"),
    (2376, "the Docker engine"),
    (2379, "etcd"),
    (3306, "MySQL"),
    (4369, "the Erlang port mapper"),
    (5432, "PostgreSQL"),
    (5672, "RabbitMQ"),
    (5984, "CouchDB"),
    (6379, "Redis"),
    (6380, "Redis"),
    (7000, "Cassandra"),
    (7474, "Neo4j"),
    (7687, "Neo4j"),
    (8086, "InfluxDB"),
    (8123, "ClickHouse"),
    (9042, "Cassandra"),
    (9092, "Kafka"),
    (9200, "Elasticsearch"),
    (9300, "Elasticsearch"),
    (11211, "Memcached"),
    (15672, "the console of RabbitMQ"),
    (25672, "RabbitMQ"),
    (27017, "MongoDB"),
    (50000, "Db2"),
];

/// What listens on the port of the container, where that is a thing for the inside.
pub fn internal_service(port: &Port) -> Option<&'static str> {
    internal_service_on(port.target)
}

/// What listens on a port of a container, when it is no business of the outside.
pub fn internal_service_on(target: u16) -> Option<&'static str> {
    INTERNAL.iter().find(|(number, _)| *number == target).map(|(_, name)| *name)
}

impl Port {
    /// Everybody who reaches the host reaches it.
    pub fn is_on_all_addresses(&self) -> bool {
        matches!(self.address.as_str(), "" | "0.0.0.0" | "::" | "[::]" | "*")
    }

    /// `0.0.0.0:5432`, as people write it.
    pub fn shown(&self) -> String {
        match self.address.as_str() {
            "" => self.published.to_string(),
            address if address.contains(':') && !address.starts_with('[') => format!("[{address}]:{}", self.published),
            address => format!("{address}:{}", self.published),
        }
    }
}

impl Container {
    /// The published ports with their places in the list.
    pub fn numbered_ports(&self) -> impl Iterator<Item = (usize, &Port)> {
        self.ports.iter().enumerate().filter(|(_, port)| port.published != 0)
    }
}
