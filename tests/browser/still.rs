//! The same book on any host, and with scripts off: whole, with no button of ours, and nothing asked for in vain.

use serde_json::json;

use super::{
    book::{Book, host, pages, still},
    chrome::Chrome,
};

/// Everything that only makes sense with a lab.
const OURS: &str = ".bench, .run, .copy, .break, .check, .editor, .done";

const TEXT: &str = "document.querySelector('main').textContent.replace(/\\s+/g, ' ')";

#[tokio::test]
async fn without_a_lab_or_without_scripts_the_book_is_whole() {
    let Some(chrome) = Chrome::start() else { return };
    let (_folder, built) = still();
    let book = Book::open();
    let mut page = chrome.open(&host(&built).await).await;
    let mut texts = Vec::new();
    for name in pages(&built) {
        page.goto(&name).await;
        let ours: usize = page.get(&format!("document.querySelectorAll('{OURS}').length")).await;
        assert_eq!(ours, 0, "{name}");
        let live: usize = page
            .get(
                "performance.getEntriesByType('resource').filter((one) => one.name.includes('/live')).length",
            )
            .await;
        assert_eq!(live, 0, "{name}");
        assert_eq!(page.log().await, [""; 0], "{name}");
        texts.push((name, page.get::<String>(TEXT).await));
    }

    page.base = book.url.clone();
    page.developer("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    for (name, text) in texts {
        page.goto(&name).await;
        let buttons: usize = page
            .get("[...document.querySelectorAll('button')].filter((one) => one.checkVisibility()).length")
            .await;
        assert_eq!(buttons, 0, "{name}");
        assert_eq!(page.get::<String>(TEXT).await, text, "{name}");
        let recorded: bool = page.get("document.querySelector('.switch') === null && ![...document.querySelectorAll('.red, .green')].some((one) => one.hidden)").await;
        assert!(recorded, "{name}");
        assert_eq!(page.log().await, [""; 0], "{name}");
    }
}
