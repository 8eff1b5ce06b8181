//! Where the reward goes: an address of the right chain, or a script in hex. Pure.

use bitcoin::address::{Address, NetworkUnchecked};
use bitcoin::{Network, NetworkKind};
use std::fmt;

/// The chains, by the names that nodes give them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// `main`
    Main,
    /// `test`, the third testnet.
    Test,
    /// `testnet4`
    Testnet4,
    /// `signet`
    Signet,
    /// `regtest`
    Regtest,
}

impl Chain {
    const ALL: [Self; 5] = [Self::Main, Self::Test, Self::Testnet4, Self::Signet, Self::Regtest];

    /// The name in `getblockchaininfo`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Test => "test",
            Self::Testnet4 => "testnet4",
            Self::Signet => "signet",
            Self::Regtest => "regtest",
        }
    }

    /// The chain of that name.
    pub fn named(name: &str) -> Option<Self> {
        // Some nodes say testnet for test.
        Self::ALL.into_iter().find(|chain| chain.name() == name || name == "testnet" && *chain == Self::Test)
    }

    fn network(self) -> Network {
        match self {
            Self::Main => Network::Bitcoin,
            Self::Test => Network::Testnet,
            Self::Testnet4 => Network::Testnet4,
            Self::Signet => Network::Signet,
            Self::Regtest => Network::Regtest,
        }
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why nothing can be paid there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PayoutError {
    /// No address at all.
    #[error("\"{address}\" is no Bitcoin address: {reason}")]
    Address {
        /// As given.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An address of another chain.
    #[error("the address {address} is not one of {chain}: it belongs to {belongs}")]
    Chain {
        /// As given.
        address: String,
        /// Where it would be used.
        chain: Chain,
        /// Where it is from.
        belongs: &'static str,
    },
    /// No script.
    #[error("\"{script}\" is no output script: {reason}")]
    Script {
        /// As given.
        script: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// The scriptPubKey of an address, if it is one of `chain`.
///
/// # Errors
/// See [`PayoutError`].
pub fn payout_script(address: &str, chain: Chain) -> Result<Vec<u8>, PayoutError> {
    let parsed: Address<NetworkUnchecked> = address
        .trim()
        .parse()
        .map_err(|error| PayoutError::Address { address: address.to_owned(), reason: root_cause(&error) })?;
    if !parsed.is_valid_for_network(chain.network()) {
        let belongs = belongs(&parsed);
        return Err(PayoutError::Chain { address: address.to_owned(), chain, belongs });
    }
    Ok(parsed.assume_checked().script_pubkey().into_bytes())
}

/// A scriptPubKey in hex, for chains whose addresses are their own.
///
/// # Errors
/// See [`PayoutError`].
pub fn raw_payout_script(script: &str) -> Result<Vec<u8>, PayoutError> {
    let refuse = |reason: &str| PayoutError::Script { script: script.to_owned(), reason: reason.to_owned() };
    let bytes = hex::decode(script.trim()).map_err(|error| refuse(&error.to_string().to_lowercase()))?;
    // Longer ones can be mined to and never be spent: MAX_SCRIPT_SIZE of Bitcoin Core.
    match bytes.len() {
        0 => Err(refuse("it is empty, and anyone could take the reward")),
        1..=10_000 => Ok(bytes),
        _ => Err(refuse("it is longer than 10000 bytes and could never be spent")),
    }
}

fn belongs(address: &Address<NetworkUnchecked>) -> &'static str {
    if address.is_valid_for_network(Network::Bitcoin) {
        "main"
    } else if address.is_valid_for_network(Network::Testnet) {
        "test, testnet4 or signet"
    } else {
        debug_assert_eq!(NetworkKind::from(Network::Regtest), NetworkKind::Test);
        "regtest"
    }
}

fn root_cause(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source()).last().map_or_else(String::new, ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of BIP 173 and BIP 350 and of Bitcoin Core's key_io tests, one for each kind of output.
    const MAIN: [(&str, &str); 5] = [
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac"),
        ("3EktnHQD7RiAE6uzMj2ZifT9YgRrkSgzQX", "a9148f55563b9a19f321c211e9b9f38cdf686ea0784587"),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "0014751e76e8199196d454941c45d1b3a323f1433bd6"),
        (
            "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3",
            "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262",
        ),
        (
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
        ),
    ];

    #[test]
    fn every_kind_of_address_becomes_its_script() {
        for (address, script) in MAIN {
            assert_eq!(hex::encode(payout_script(address, Chain::Main).unwrap()), script, "{address}");
        }
    }

    #[test]
    fn an_address_of_another_chain_is_refused_and_says_where_it_belongs() {
        for (address, _) in MAIN {
            for chain in [Chain::Test, Chain::Testnet4, Chain::Signet, Chain::Regtest] {
                let error = payout_script(address, chain).unwrap_err();
                assert!(error.to_string().ends_with("it belongs to main"), "{error}");
            }
        }
        let test = "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx";
        for chain in [Chain::Test, Chain::Testnet4, Chain::Signet] {
            payout_script(test, chain).unwrap();
        }
        let regtest = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
        payout_script(regtest, Chain::Regtest).unwrap();
        for (address, chain, belongs) in
            [(test, Chain::Main, "test, testnet4 or signet"), (regtest, Chain::Signet, "regtest")]
        {
            let error = payout_script(address, chain).unwrap_err().to_string();
            assert_eq!(error, format!("the address {address} is not one of {chain}: it belongs to {belongs}"));
        }
    }

    #[test]
    fn what_is_no_address_is_handed_back() {
        for address in ["", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "rb1qzyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg328fddy", "ä"] {
            let error = payout_script(address, Chain::Regtest).unwrap_err().to_string();
            assert!(error.starts_with(&format!("\"{address}\" is no Bitcoin address: ")), "{error}");
        }
    }

    #[test]
    fn a_raw_script_is_hex_of_a_size_that_can_be_spent() {
        assert_eq!(raw_payout_script("51").unwrap(), [0x51]);
        for bad in ["", "5", "zz", &"51".repeat(10_001)] {
            raw_payout_script(bad).unwrap_err();
        }
    }
}
