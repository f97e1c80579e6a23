"""Accounts: one login with one post and one reach; and what every post may do, command by command."""

import pytest

from domain.accounts import Actor
from domain.catalogue import commands
from domain.model import BUREAU_POSTS, FACILITY_POSTS, Post
from tests.domain.every import EXAMPLES, deciding
from tests.scene import BAYI, GONGBO, MILIN, MILIN_BEFORE, Scene, a_home, a_person, a_stay, say

ABOVE = "540400"


def opened(login="li.regulator", post="regulator", **more):
    """An account is opened."""
    return say("account.open", login=login, post=post, **more, called="account")


# -- opening and locking ----------------------------------------------------------------------------


def test_a_login_has_one_account(scene: Scene):
    """account.known names the account that exists; it stays so while locked."""
    scene.when(opened(scope_region=BAYI)).then_recorded("account.opened")
    for _ in range(2):
        refused = scene.when(opened(scope_region=GONGBO)).then_refused("account.known", "login", "已经有账号")
        assert refused.answer.stream == scene.names["account"]
        scene.when(say("account.lock", account="$account"))


@pytest.mark.parametrize("login", ["", "a", "Li", "-li", "li regulator", "李", "l" * 64])
def test_a_login_is_made_of_small_letters_and_digits(scene, login):
    """Two to 63 characters."""
    scene.when(opened(login, scope_region=BAYI)).then_refused("field.invalid" if login else "field.missing", "login")


@pytest.mark.parametrize("post", list(Post))
def test_a_post_needs_the_reach_that_belongs_to_it(scene, post):
    """A facility for facility posts, a region for bureau posts, neither for auditors and administrators."""
    scene.given(a_home())
    bare = scene.when(opened("somebody", post))
    if post in FACILITY_POSTS:
        bare.then_refused("field.missing", "scope_facility", "机构")
        scene.when(opened("somebody", post, scope_facility="$home")).then_recorded()
    elif post in ("auditor", "system_administrator", "security_administrator", "audit_administrator"):
        bare.then_recorded()
        assert scene.desk.actor("somebody").everywhere
    else:
        bare.then_refused("field.missing", "scope_region", "区域")
        scene.when(opened("somebody", post, scope_region=BAYI)).then_recorded()


def test_an_account_is_locked_once_and_acts_no_more(scene):
    """account.locked_already; command.not_allowed at `as` for a locked or unknown login."""
    scene.given(opened(scope_region=BAYI))
    assert scene.desk.actor("li.regulator").region == BAYI
    scene.when(say("account.lock", account="$account")).then_recorded("account.locked")
    scene.when(say("account.lock", account="$account")).then_refused("account.locked_already", None, "已停用")
    for login in ("li.regulator", "nobody", "李", "\ud800"):
        with pytest.raises(Exception, match="no such account") as refused:
            scene.desk.actor(login)
        assert (refused.value.rule, refused.value.field) == ("command.not_allowed", "as")


def test_a_withdrawn_lock_gives_the_account_back(scene):
    """There is no unlocking: a lock that was wrong is withdrawn."""
    scene.given(opened(scope_region=BAYI), say("account.lock", account="$account"))
    scene.withdraw(scene.names["account"], 2).then_recorded()
    assert scene.desk.actor("li.regulator").post == "regulator"


def test_a_correction_does_not_change_a_login(scene):
    """The stream of a login is its own: another login is another account."""
    scene.given(opened(scope_region=BAYI))
    account = scene.names["account"]
    scene.correct(account, 1, {"login": "wu.regulator"}).then_refused("entry.target_fixed", "login", "登录名")
    with pytest.raises(Exception, match="no such account"):
        scene.desk.actor("wu.regulator")


def test_an_administrator_of_one_area_opens_no_account(scene):
    """An account's reach can be anything, so only who reaches everything gives it, locks it or corrects it."""
    scene.given(opened(scope_region=BAYI))
    county = Actor("county.admin", Post.SYSTEM_ADMINISTRATOR, region=BAYI)
    args = {"login": "wang.regulator", "post": "regulator", "scope_region": BAYI}
    scene.when(say("account.open", by=county, **args)).then_refused("command.not_allowed")
    scene.when(say("account.lock", by=county, account="$account")).then_refused("command.not_allowed")


def test_a_bureau_does_not_take_a_facility_of_another_area(scene):
    """A relocation needs both areas: the one that the facility leaves and the one that it comes to."""
    scene.given(a_home())
    gongbo = Actor("gongbo", Post.REGULATOR, region=GONGBO)
    bayi = Actor("bayi", Post.REGULATOR, region=BAYI)
    above = Actor("above", Post.REGULATOR, region=ABOVE)
    move = {"facility": "$home", "address": "合成路2号", "region": GONGBO}
    scene.when(say("facility.relocate", by=gongbo, **move)).then_refused("command.not_allowed")
    scene.when(say("facility.relocate", by=bayi, **move)).then_refused("command.not_allowed")
    scene.when(say("facility.relocate", by=above, **move)).then_recorded()
    scene.when(say("facility.rename", by=bayi, facility="$home", name="新名")).then_refused("command.not_allowed")
    scene.when(say("facility.rename", by=gongbo, facility="$home", name="新名")).then_recorded()


def test_strangers_do_not_change_a_person(scene):
    """A person's record is changed by who registered it, or where the person stays or stayed."""
    scene.given(a_home(), a_person(), a_stay())
    elsewhere = Actor("elsewhere", Post.REGULATOR, region=GONGBO)
    here = Actor("here", Post.REGULATOR, region=BAYI)
    scene.when(say("person.record_death", "2024-12-01", by=elsewhere, person="$person")).then_refused(
        "command.not_allowed"
    )
    scene.when(say("person.record_death", "2024-12-01", by=here, person="$person")).then_recorded()


# -- what every post may do -------------------------------------------------------------------------


@pytest.fixture
def posts(scene):
    """A scene with the home that the facility posts belong to."""
    return scene.given(a_home())


def actor_of(scene, post):
    """Somebody of a post, of the home, or of the city above it, or of everywhere."""
    if post in FACILITY_POSTS:
        return Actor("somebody", post, facility=scene.names["home"])
    return Actor("somebody", post, ABOVE if post in BUREAU_POSTS else None, everywhere=post not in BUREAU_POSTS)


@pytest.mark.parametrize("command", deciding())
def test_a_command_is_given_by_its_posts_and_by_no_other(posts, command):
    """command.not_allowed for every post that the catalogue does not name; the others are let through."""
    before, said = EXAMPLES[command]
    posts.given(*(s for s in before if s != a_home()))
    submission = posts.submission(said)
    for post in Post:
        actor = actor_of(posts, post)
        answer = posts.desk.rehearse(
            [type(submission)(submission.command, f"{post}", submission.args, actor, submission.occurred_on)]
        )[0]
        allowed = post in commands()[command].by
        assert (getattr(answer, "rule", None) != "command.not_allowed") == allowed, (post, answer)
        if allowed:
            assert not hasattr(answer, "rule"), answer


@pytest.mark.parametrize("command", deciding())
def test_an_entry_is_corrected_by_those_who_may_make_it(posts, command):
    """A correction asks for the post of the command that it corrects."""
    before, said = EXAMPLES[command]
    posts.given(*(s for s in before if s != a_home()))
    event = posts.when(said).then_recorded().events[0]
    for post in Post:
        actor = actor_of(posts, post)
        posts_may = post in commands()[command].by
        away = posts.submission(
            say(
                "entry.withdraw",
                None,
                stream=event.originator_id,
                version=event.originator_version,
                reason="x",
                by=actor,
            )
        )
        answer = posts.desk.rehearse([away])[0]
        new_home = command == "facility.register" and post in FACILITY_POSTS
        # a person whom somebody else registered and who never stayed within reach is a stranger
        new_home = new_home or (command == "person.register" and not actor.everywhere)
        assert (getattr(answer, "rule", None) != "command.not_allowed") == (posts_may and not new_home), (post, answer)


# -- where a post may do it -------------------------------------------------------------------------


def test_a_regulator_acts_within_the_region_and_all_below_it(scene):
    """A city covers its counties, a county not its neighbours."""
    county, city = scene.login("county", "regulator", region=BAYI), scene.login("city", "regulator", region=ABOVE)
    scene.given(a_home("here"), a_home("there", region=GONGBO))
    for actor, stream, fits in (
        (county, "$here", True),
        (county, "$there", False),
        (city, "$here", True),
        (city, "$there", True),
    ):
        outcome = scene.when(say("facility.rename", facility=stream, name="x", by=actor))
        outcome.then_recorded() if fits else outcome.then_refused("command.not_allowed", None, "管辖范围")
    scene.when(say("facility.relocate", facility="$here", address="x", region=GONGBO, by=county)).then_refused(
        "command.not_allowed"
    )
    scene.when(say("facility.register", **a_home(region=GONGBO).args, by=county)).then_refused("command.not_allowed")


def test_a_region_covers_what_its_former_codes_covered(scene):
    """An entry of 米林县 is one of 米林市 today; the city above covers both."""
    actor = scene.login("milin", "regulator", region=MILIN)
    other = scene.login("bayi", "regulator", region=BAYI)
    args = a_home(region=MILIN_BEFORE).args
    scene.when(say("facility.register", "2020-01-01", **args, by=other)).then_refused("command.not_allowed")
    scene.when(say("facility.register", "2020-01-01", **args, by=actor)).then_recorded()


def test_facility_posts_act_in_their_own_facility_only(scene):
    """Neither in another home, nor for a region, nor on a stay elsewhere; persons are everybody's."""
    scene.given(a_home(), a_home("other"), a_person(), a_person("second", serial=2))
    staff = scene.login("staff", "facility_staff", facility="$home")
    scene.given(a_stay("elsewhere", facility="$other"))
    visit = {"type": "festival_visit", "quantities": {"household_times": 1}}
    for said in (
        say("stay.admit", person="$second", facility="$other", category="orphan", by=staff),
        say("stay.move", stay="$elsewhere", bed="2", by=staff),
        say("activity.log", **visit, region=BAYI, by=staff),
        say("activity.log", **visit, facility="$other", by=staff),
        say("person.record_death", person="$person", by=staff),
        say("facility.report_nil", facility="$other", period="2024-02", subject="incidents", by=staff),
    ):
        scene.when(said).then_refused("command.not_allowed", None)
    scene.when(say("stay.admit", person="$second", facility="$home", category="orphan", by=staff)).then_recorded()
    scene.when(say("person.register", **a_person(serial=4).args, by=staff)).then_recorded()


def test_a_correction_stays_within_reach_before_and_after(scene):
    """Neither an entry of another home, nor one's own entry moved into another home."""
    scene.given(a_home(), a_home("other"), a_person(), a_person("second", serial=2), a_stay())
    staff = scene.login("staff", "facility_staff", facility="$home")
    theirs = scene.given(a_stay("theirs", person="$second", facility="$other")).names["theirs"]
    scene.withdraw(theirs, by=staff).then_refused("command.not_allowed")
    scene.correct(theirs, args={"bed": "1"}, by=staff).then_refused("command.not_allowed")
    scene.correct(scene.names["stay"], args={"facility": scene.names["other"]}, by=staff).then_refused(
        "command.not_allowed"
    )
    scene.correct(scene.names["stay"], args={"bed": "1"}, by=staff).then_recorded()


def test_the_envelope_says_who_acted_with_which_post(scene):
    """Actor and post of recording time are kept."""
    scene.given(a_home())
    actor = scene.login("county", "regulator", region=BAYI)
    envelope = scene.when(say("facility.rename", facility="$home", name="x", by=actor)).events[0].envelope

    assert (envelope.actor, envelope.post) == ("county", "regulator")
