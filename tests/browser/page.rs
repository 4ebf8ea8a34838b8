//! A page in the browser, and what a reader does there; whatever is waited for is a condition on the page.

use std::mem::ManuallyDrop;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::{By, Key, TypingData, WebDriver};

/// Calls back as soon as an expression is true, or with null after ten seconds.
const UNTIL: &str = "
    const [wanted, done] = [arguments[0], arguments[arguments.length - 1]];
    const holds = new Function(`try { return (${wanted}); } catch { return false; }`);
    const end = Date.now() + 10000;
    (function look() {
        const value = holds();
        if (value || Date.now() > end) done(value || null);
        else setTimeout(look, 5);
    })();";

pub struct Page {
    /// Never dropped, as that would wait for an answer: [`Chrome`](super::chrome::Chrome) ends it.
    pub driver: ManuallyDrop<WebDriver>,
    pub base: String,
}

impl Page {
    pub async fn goto(&self, name: &str) {
        self.driver.goto(format!("{}{name}", self.base)).await.unwrap();
    }

    /// Opens the book at the address that the terminal shows.
    pub async fn come(&self, address: &str) {
        self.driver.goto(address).await.unwrap();
        self.until("document.documentElement.dataset.live === 'ready' && location.hash === ''").await;
    }

    /// Opens a page and waits until its living parts are awake.
    pub async fn wake(&self, name: &str) {
        self.goto(name).await;
        self.until("document.documentElement.dataset.live === 'ready'").await;
    }

    /// What a JavaScript expression is on the page.
    pub async fn get<T: DeserializeOwned>(&self, expression: &str) -> T {
        let value = self.driver.execute(format!("return ({expression});"), []).await.unwrap();
        let value = value.json().clone();
        serde_json::from_value(value.clone())
            .unwrap_or_else(|error| panic!("{expression} is {value}: {error}"))
    }

    /// Waits until a JavaScript expression holds.
    pub async fn until(&self, expression: &str) -> Value {
        let value = self.driver.execute_async(UNTIL, [json!(expression)]).await.unwrap().json().clone();
        if value.is_null() {
            let bench: Value = self.get("document.querySelector('.bench')?.innerText ?? null").await;
            let log = self.log().await;
            panic!("{}: not within ten seconds: {expression}\nbench: {bench}\nlog: {log:?}", self.base);
        }
        value
    }

    /// Clicks on the middle of the `at`th such element, as a hand does: what covers it is an error.
    pub async fn click(&self, selector: &str, at: usize) {
        let found = self.driver.find_all(By::Css(selector)).await.unwrap();
        let element = found.get(at).unwrap_or_else(|| panic!("{} of {selector}, not {at}", found.len()));
        // As a hand would turn the wheel first; what the page keeps free for its bench counts.
        let near = "arguments[0].scrollIntoView({ block: 'nearest' });";
        self.driver.execute(near, [element.to_json().unwrap()]).await.unwrap();
        let clicked = element.click().await;
        clicked.unwrap_or_else(|error| panic!("{selector} {at} cannot be clicked: {error}"));
    }

    /// Presses a key on what has the focus after the first such element has been given it.
    pub async fn press(&self, selector: &str, key: Key) {
        self.driver
            .execute("document.querySelector(arguments[0]).focus();", [json!(selector)])
            .await
            .unwrap();
        self.driver.active_element().await.unwrap().send_keys(key).await.unwrap();
    }

    /// Pastes a site file in place of the one that is there, and presses these keys.
    pub async fn paste_site(&self, text: &str, keys: impl Into<TypingData>) {
        let area = self.driver.find(By::Id("site")).await.unwrap();
        area.send_keys(Key::Control + "a").await.unwrap();
        let paste = "document.execCommand('insertText', false, arguments[0]);";
        self.driver.execute(paste, [json!(text)]).await.unwrap();
        area.send_keys(keys).await.unwrap();
    }

    /// What the console and the network said since the last call.
    pub async fn log(&self) -> Vec<String> {
        let entries = self.driver.browser_log().await.unwrap();
        entries.into_iter().map(|entry| format!("{} {}", entry.level, entry.message)).collect()
    }

    /// The reader's wishes: `light` or `dark`, and whether things may move.
    pub async fn prefers(&self, scheme: &str, still: bool) {
        let motion = if still { "reduce" } else { "no-preference" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": motion },
        ]);
        self.developer("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// A screen of this many pixels.
    pub async fn screen(&self, width: u32, height: u32) {
        let screen = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.developer("Emulation.setDeviceMetricsOverride", screen).await;
    }

    pub async fn developer(&self, command: &str, parameters: Value) {
        self.driver.cdp().send_raw(command, parameters).await.unwrap();
    }
}
